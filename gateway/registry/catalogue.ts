import { conditionOf, isTrue } from '../../crds/condition-of.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { ToolSummary } from '../../crds/mcpserver-status.ts';
import { ANONYMOUS, type Caller } from '../auth/caller.ts';
import { operationScopes } from '../auth/operation-scopes.ts';
import type { ProtectedResources } from '../protected-resources.ts';
import type { ServerIndex } from '../server-index.ts';

/** One server, as the catalogue shows it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Absent where the server has none: it is not accepted. */
  readonly endpoint?: string;
  /** What clients speak there. */
  readonly transport: 'streamable-http' | 'sse';
  readonly oauth: { readonly required: boolean; readonly scopes: readonly string[] };
  readonly ready: boolean;
  /** Why it is not ready: a reason of the condition Ready. */
  readonly reason?: string;
  /** From here on: never for visitors. */
  readonly namespace?: string;
  /** RFC 3339. */
  readonly createdAt?: string;
  /** Since when it is ready, or is not: RFC 3339. */
  readonly since?: string;
  /** From here on: only for callers whose scopes suffice for the server. Why it is not ready, in words. */
  readonly message?: string;
  readonly toolCount?: number;
  readonly tools?: readonly { readonly name: string; readonly title?: string; readonly digest: string }[];
}

/** What a caller may see: anonymous visitors the servers with `displayInWeb` that have an endpoint, everybody with a token all that are enabled. */
export function catalogue(
  index: ServerIndex,
  resources: ProtectedResources,
  caller: Caller,
): readonly CatalogueEntry[] {
  const isVisitor = caller === ANONYMOUS;
  const servers = isVisitor ? index.list().filter(({ spec }) => spec.displayInWeb) : index.enabled();
  return servers.map((server) => {
    const resource = resources.named(server.metadata.name);
    return entry(server, resource?.server === server ? resource.url : undefined, caller);
  });
}

function entry(server: McpServer, endpoint: string | undefined, caller: Caller): CatalogueEntry {
  const { metadata, spec, status } = server;
  const ready = endpoint !== undefined && isTrue(status, 'Ready');
  const condition = conditionOf(status, endpoint === undefined ? 'Accepted' : 'Ready');
  return {
    name: metadata.name,
    title: spec.title ?? metadata.name,
    ...(spec.description !== undefined && { description: spec.description }),
    ...(endpoint !== undefined && { endpoint }),
    // What the gateway speaks for a server on stdio is Streamable HTTP.
    transport: spec.transport === 'sse' ? 'sse' : 'streamable-http',
    oauth: { required: spec.oauth.required, scopes: spec.oauth.scopes },
    ready,
    ...(!ready && { reason: condition?.reason ?? 'Pending' }),
    ...(caller !== ANONYMOUS && {
      namespace: metadata.namespace,
      createdAt: metadata.creationTimestamp,
      ...(condition && { since: condition.lastTransitionTime }),
    }),
    ...(mayCall(server, caller) && {
      ...(!ready && condition && { message: condition.message }),
      ...(status?.toolCount !== undefined && { toolCount: status.toolCount }),
      ...(status?.tools && { tools: status.tools.map(toolEntry) }),
    }),
  };
}

/** As far as a token of the registry can tell: with the same scopes, a token of the server would be good there. */
function mayCall(server: McpServer, caller: Caller): boolean {
  const { clientId } = server.spec.oauth;
  if (caller === ANONYMOUS || (clientId !== undefined && clientId !== caller.clientId)) return false;
  return operationScopes(server).every((scope) => caller.scopes.has(scope));
}

const toolEntry = ({ name, title, digest }: ToolSummary) => ({ name, ...(title !== undefined && { title }), digest });
