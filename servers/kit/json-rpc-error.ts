import type { Failure } from '../../core/failure.ts';

/** JSON-RPC 2.0 section 5.1, "server error". Codes from -32020 on belong to MCP and decide about protocol eras. */
const SERVER_ERROR = -32_000;

/** A refusal as clients of MCP read it; without `WWW-Authenticate`, which would start OAuth against the wrong server. */
export const jsonRpcError = ({ status, code, message, id }: Failure): Response =>
  Response.json(
    { jsonrpc: '2.0', id: null, error: { code: SERVER_ERROR, message, data: { code, errorId: id } } },
    { status },
  );
