import type { Context } from 'hono';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { Caller } from './auth/caller.ts';
import type { GatewayEnv } from './gateway-env.ts';
import type { Metrics } from './metrics.ts';
import type { RequestBody } from './proxy/request-body.ts';
import { RpcFailure } from './proxy/rpc-failure.ts';
import { isEndpointPath } from './public-paths.ts';

/** JSON-RPC 2.0 section 5.1: implementation-defined server errors. Clients read no era off it. */
const SERVER_ERROR = -32000;
const INTERNAL_ERROR = -32603;

/** Statuses that speak of what is behind us or of how busy we are: not our fault, and over by themselves. */
const NOT_OURS = new Set([502, 503, 504]);

/** What anybody can cause as often as they like without a token, and every client does once before it signs in. */
const EVERYDAY = new Set(['authentication_required', 'unknown_server', 'page_gone']);

/** Characters of a path in the log: more than any real one has. */
const MAX_PATH = 200;

export interface RefusalParts {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Answers what was thrown in the form that clients of the path read, and logs it under the id that the answer shows. */
export function refuse(error: unknown, c: Context<GatewayEnv>, { log, metrics }: RefusalParts): Response {
  const failure = toFailure(error);
  // Steps before the one that failed have set theirs.
  const server: McpServer | undefined = c.get('server');
  const caller: Caller | undefined = c.get('caller');
  logFailure(failure, log, {
    method: c.env.incoming.method,
    path: c.req.path.slice(0, MAX_PATH),
    server: server && qualifiedName(server),
    subject: caller?.subject,
    client: caller?.clientId,
  });
  metrics.refused(failure.code);
  return isEndpointPath(c.req.path) ? rpcRefusal(failure, c.get('body')) : plainRefusal(failure);
}

/** Answers what was thrown before the request was anybody's. */
export function refuseEarly(error: unknown, { log, metrics }: RefusalParts): Response {
  const failure = toFailure(error);
  logFailure(failure, log, {});
  metrics.refused(failure.code);
  return plainRefusal(failure);
}

/** What may be shown of anything that was thrown. */
export const toFailure = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : new Failure('internal_error', 'Something went wrong here. The log has the cause under this id.', {
        cause: error,
      });

export function logFailure(failure: Failure, log: Log, context: Record<string, unknown>): void {
  const { id, code, status, message, detail, cause } = failure;
  const line = { ...context, ...detail, id, code, status, ...(status >= 500 && cause !== undefined && { err: cause }) };
  if (EVERYDAY.has(code)) log.debug(line, message);
  else if (status < 500) log.info(line, message);
  else if (NOT_OURS.has(status)) log.warn(line, message);
  else log.error(line, message);
}

/** For MCP endpoints: a JSON-RPC error, because that is what their clients read. */
function rpcRefusal(failure: Failure, body: RequestBody | undefined): Response {
  const { code, id, message, status } = failure;
  const rpc = failure instanceof RpcFailure ? failure.rpc : undefined;
  const [first, second] = body?.messages ?? [];
  const error = {
    code: rpc?.code ?? (status === 500 ? INTERNAL_ERROR : SERVER_ERROR),
    message: `${message} [${id}]`,
    data: rpc?.data ?? { code, id },
  };
  // A batch is refused as a whole: no id of it alone.
  return refusal(failure, { jsonrpc: '2.0', id: rpc?.id ?? (second ? null : (first?.id ?? null)), error });
}

/** For everything else: the members of an OAuth error (RFC 6749 section 5.2) and the id. */
const plainRefusal = (failure: Failure): Response =>
  refusal(failure, { error: failure.code, error_description: failure.message, error_id: failure.id });

function refusal({ status, headers }: Failure, body: object): Response {
  return Response.json(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
}
