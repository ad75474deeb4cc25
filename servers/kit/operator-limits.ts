import { Failure } from '../../core/failure.ts';
import type { VerifiedIdentity } from '../../core/identity-token.ts';

/** What the operator needs to find out what a server is (design: "Identity"). It never acts on a server. */
const DISCOVERY: ReadonlySet<unknown> = new Set([
  'initialize',
  'notifications/initialized',
  'server/discover',
  'ping',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
]);

/** Refuses (403) a request of the operator that holds anything but discovery: `body` is the parsed JSON, a batch too. */
export function refuseBeyondDiscovery({ issuer }: VerifiedIdentity, body: unknown): void {
  if (issuer !== 'mooring:operator') return;
  const methods = (Array.isArray(body) ? body : [body]).map((message: { method?: unknown } | null) => message?.method);
  if (methods.every((method) => DISCOVERY.has(method))) return;
  throw new Failure('operator_may_only_discover', 'The operator may only ask what this server is.', {
    status: 403,
    detail: { methods },
  });
}
