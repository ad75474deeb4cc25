import type { McpServer } from '../../crds/mcpserver.ts';
import type { ProtectedResource } from '../protected-resources.ts';
import type { JsonRpcMessage } from '../proxy/request-body.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { authenticationRequired, insufficientScope } from './challenge.ts';
import { operationScopes } from './operation-scopes.ts';

/** Whether this caller may send these messages (none: GET, DELETE) to this server. Throws a Failure: 401, 403. */
export function authorize(
  caller: Caller,
  server: McpServer,
  resource: ProtectedResource,
  messages: readonly JsonRpcMessage[] | undefined,
): void {
  const needed = operationScopes(server, messages);
  if (needed.every((scope) => caller.scopes.has(scope))) return;
  throw caller === ANONYMOUS ? authenticationRequired(resource, needed) : insufficientScope(resource, needed);
}
