import { hash } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { qualifiedName } from '../../crds/mcpserver.ts';
import type { ProtectedResource, ProtectedResources } from '../protected-resources.ts';
import { isForEveryServer, MAX_SERVERS } from './command-line-client.ts';
import { defaultScopes, grantableScopes } from './scopes.ts';

/** What a person can allow at one resource. */
export interface ResourceConsent {
  readonly resource: ProtectedResource;
  readonly granted: readonly string[];
  /** Asked for, but not within what this account may grant. */
  readonly rejected: readonly string[];
}

interface ConsentRequest {
  readonly clientId: string;
  /** What the request names. */
  readonly resource: ProtectedResource;
  readonly wanted: readonly string[];
  readonly account: { readonly scopes: readonly string[] };
}

/** Everything that an answer of "Allow" grants: the resource of the request, and for the command line each server behind it. */
export function consentOf(request: ConsentRequest, resources: ProtectedResources): readonly ResourceConsent[] {
  const { clientId, resource, wanted, account } = request;
  const own = ofResource(resource, wanted, account);
  if (own.granted.length === 0) throw nothingToGrant();
  if (!isForEveryServer(clientId, resource)) return [own];
  const servers = resources.list().filter(({ server }) => server);
  if (servers.length > MAX_SERVERS) throw tooManyServers(servers.length);
  const asked = new Set(wanted);
  const each = servers.map((one) =>
    ofResource(
      one,
      defaultScopes(resources, one).filter((scope) => asked.has(scope)),
      account,
    ),
  );
  return [own, ...each.filter(({ granted }) => granted.length > 0)];
}

/** Changes with whatever the page shows of it: nobody allows something else than what they saw. */
export const fingerprint = (consents: readonly ResourceConsent[]): string =>
  hash(
    'sha256',
    JSON.stringify(
      consents.map(({ resource: { url, server }, granted }) => [url, server && qualifiedName(server), granted]),
    ),
    'base64url',
  );

function ofResource(
  resource: ProtectedResource,
  wanted: readonly string[],
  account: ConsentRequest['account'],
): ResourceConsent {
  const granted = grantableScopes(account, wanted);
  return { resource, granted, rejected: wanted.filter((scope) => !granted.includes(scope)) };
}

const nothingToGrant = (): Failure =>
  new Failure('nothing_to_grant', 'Your account may grant nothing of what the app asks for. Ask an administrator.', {
    status: 403,
  });

const tooManyServers = (count: number): Failure =>
  new Failure(
    'too_many_servers',
    `This gateway has ${count} servers, and one sign-in covers ${MAX_SERVERS} at most. Connect an MCP client to the server that you need.`,
    { status: 403 },
  );
