import type { LookupFunction } from 'node:net';
import type { McpServer } from '../../crds/mcpserver.ts';
import { qualifiedName } from '../../crds/mcpserver.ts';
import { TargetRefused } from '../../core/remote/checked-lookup.ts';
import { Failure } from '../../core/failure.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import { CredentialsProblem, type RemoteHeaders } from '../../core/remote/remote-credentials.ts';

/** How a server that runs elsewhere is reached now. */
export interface RemoteRoute {
  /** The only credentials that it is sent: those that its owner gave it. */
  readonly headers: RemoteHeaders;
  readonly lookup: LookupFunction;
  /** PEM; without it the authorities of the system. */
  readonly ca: string | undefined;
}

/** Whether requests of this server leave the machines that Mooring runs servers on. The status says it together with the URL, so that an edit of the spec cannot tear them apart. */
export const isRemote = ({ status }: McpServer): boolean => status?.backend?.remote === true;

/** The route to where the status says that it is. Fails with 502 where it must not be taken, with 503 where that cannot be known now. */
export async function remoteRoute(server: McpServer, { credentials, targets }: RemoteAccess): Promise<RemoteRoute> {
  const url = server.status?.backend?.url ?? '';
  // While an edit of the URL arrives, the one before serves: what is sent there must be bound to that host.
  const served: McpServer = { ...server, spec: { ...server.spec, remote: { ...server.spec.remote, url } } };
  try {
    await targets.check(new URL(url));
    const [headers, ca] = await Promise.all([credentials.headers(served), credentials.ca(served)]);
    return { headers, ca, lookup: targets.lookup };
  } catch (error) {
    throw failureOf(error, { server: qualifiedName(server), backend: url });
  }
}

function failureOf(cause: unknown, detail: Record<string, unknown>): Failure {
  if (cause instanceof TargetRefused) return targetRefused(cause, detail);
  if (cause instanceof CredentialsProblem) {
    const more = { ...detail, reason: cause.reason, problem: cause.message };
    return new Failure('remote_credentials_missing', `The gateway has no credentials for the server. ${SEE}`, {
      status: 502,
      detail: more,
    });
  }
  return new Failure(
    'remote_credentials_unavailable',
    'The credentials for the server cannot be read at the moment. Send the request again.',
    {
      status: 503,
      detail,
      cause,
      headers: { 'retry-after': '5' },
    },
  );
}

/** For a name whose addresses were looked up when a connection was made. */
export const targetRefused = (cause: unknown, detail: Record<string, unknown>): Failure =>
  new Failure('remote_target_refused', `The server is at an address that the gateway does not connect to. ${SEE}`, {
    status: 502,
    detail,
    cause,
  });

const SEE = 'Its owner sees in its conditions what to do (`mooring list`, or `kubectl describe mcpserver`).';
