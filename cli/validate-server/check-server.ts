import type { Client, VersionNegotiationMode } from '@modelcontextprotocol/client';
import { conditionOf } from '../../crds/condition-of.ts';
import { Failure } from '../../core/failure.ts';
import { withClient } from '../mcp/with-client.ts';
import { noEndpoint } from '../places/no-endpoint.ts';
import type { Place, ServerView } from '../places/place.ts';
import { check, checkFindings, type Check } from './check.ts';
import { listRaw, type RawList } from './list-raw.ts';
import { toolChecks } from './tool-checks.ts';

/** Looks at a running server as clients of both eras would. Throws `disabled` where it is switched off. */
export async function checkServer(place: Place, server: ServerView, signal: AbortSignal): Promise<readonly Check[]> {
  if (server.spec.enabled === false) throw noEndpoint(place, server);
  const visit = async (mode: VersionNegotiationMode): Promise<Visit> =>
    withClient(place, server, { signal, mode }, async (client) => ({
      version: client.getNegotiatedProtocolVersion() ?? '',
      checks: await offers(server, client, signal),
    })).catch((error: unknown) => {
      if (error instanceof Failure && !signal.aborted) return { failure: error };
      throw error;
    });
  const modern = await visit({ pin: '2026-07-28' });
  const legacy = await visit('legacy');
  return [
    ...manifestChecks(server),
    ...eraChecks(modern, legacy),
    ...(('checks' in modern ? modern : legacy).checks ?? []),
  ];
}

/** What one era showed, or why it is not spoken. */
type Visit =
  | { readonly version: string; readonly checks: readonly Check[]; readonly failure?: never }
  | { readonly failure: Failure; readonly version?: never; readonly checks?: never };

function manifestChecks({ status }: ServerView): readonly Check[] {
  const accepted = conditionOf(status, 'Accepted');
  return accepted ? [check('manifest', accepted.status === 'True' ? 'passed' : 'failed', accepted.message)] : [];
}

/** What a server answers that does not know an era; everything else keeps clients of both away. */
const NOT_THIS_ERA: ReadonlySet<string> = new Set(['not_mcp', 'server_error', 'timeout']);

function eraChecks(modern: Visit, legacy: Visit): readonly Check[] {
  const closed = [modern.failure, legacy.failure].find((failure) => failure && !NOT_THIS_ERA.has(failure.code));
  if (closed) return [check('connection', 'failed', closed.message)];
  const connected = check('connection', 'passed', 'the gateway lets you in');
  if (modern.failure && legacy.failure) {
    return [connected, check('protocol', 'failed', `answers neither era: ${legacy.failure.message}`)];
  }
  if (legacy.failure) {
    const message = `answers ${modern.version} only; clients of the era before it, which most still are, cannot use it`;
    return [connected, check('protocol', 'warning', message)];
  }
  const versions = modern.failure
    ? `${legacy.version} only; clients of 2026-07-28 fall back to it`
    : `${modern.version} and ${legacy.version}`;
  return [connected, check('protocol', 'passed', `answers ${versions}`)];
}

async function offers(server: ServerView, client: Client, signal: AbortSignal): Promise<readonly Check[]> {
  const tools = await listRaw(client, 'tools', signal);
  const checks = tools
    ? [...toolChecks(server, tools)]
    : [check('tools-list', 'warning', 'the server does not say that it has tools')];
  for (const kind of ['resources', 'prompts'] as const) {
    const list = await listRaw(client, kind, signal);
    if (list) checks.push(checkFindings(kind, problemsOf(kind, list), `the list ends, with ${list.entries.length}`));
  }
  return checks;
}

const problemsOf = (kind: string, { problem }: RawList): readonly string[] =>
  problem === undefined ? [] : [`${kind}/list ${problem}`];
