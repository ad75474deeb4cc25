import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import type { RequestBody } from './proxy/request-body.ts';
import { RpcFailure } from './proxy/rpc-failure.ts';

/** JSON-RPC 2.0 section 5.1: implementation-defined server errors. Clients read no era off it. */
const SERVER_ERROR = -32000;

/** Anything that was thrown, as a failure that may be shown. Logged here, once, under the id that the answer shows. */
export function toFailure(error: unknown, log: Log, context: Record<string, unknown>): Failure {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('internal_error', 'Something went wrong here. The log has the cause under this id.', {
          cause: error,
        });
  const { id, code, status, message, detail, cause } = failure;
  const line = { id, code, status, ...context, ...detail };
  if (status >= 500) log.error({ ...line, ...(cause !== undefined && { err: cause }) }, message);
  else log.info(line, message);
  return failure;
}

/** For the MCP endpoint: a JSON-RPC error, because that is what its clients can read. */
export function rpcRefusal(failure: Failure, body: RequestBody | undefined): Response {
  const { code, id, message } = failure;
  const rpc = failure instanceof RpcFailure ? failure.rpc : undefined;
  const error = {
    code: rpc?.code ?? SERVER_ERROR,
    message: `${message} [${id}]`,
    data: rpc?.data ?? { code, id },
  };
  return refusal(failure, { jsonrpc: '2.0', id: rpc?.id ?? body?.messages[0]?.id ?? null, error });
}

/** For everything else: the members of an OAuth error (RFC 6749 section 5.2) and the id. */
export const plainRefusal = (failure: Failure): Response =>
  refusal(failure, { error: failure.code, error_description: failure.message, error_id: failure.id });

function refusal({ status, headers }: Failure, body: object): Response {
  return Response.json(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
}
