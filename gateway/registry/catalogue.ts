import { conditionOf, isTrue } from '../../crds/mcpserver-status.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { operationScopes } from '../auth/operation-scopes.ts';
import { ANONYMOUS, type Caller } from '../auth/caller.ts';
import type { ProtectedResource } from '../protected-resources.ts';

/** One server, as the catalogue shows it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly endpoint: string;
  readonly transport: string;
  readonly oauth: { readonly required: boolean; readonly scopes: readonly string[] };
  readonly ready: boolean;
  /** Why it is not ready: a reason of the condition Ready. */
  readonly reason?: string;
  /** Only for callers whose scopes suffice for the server. */
  readonly tools?: readonly { readonly name: string; readonly title?: string }[];
}

/** What a caller may see: anonymous visitors the servers with `displayInWeb`, everybody with a token all. */
export function catalogue(resources: readonly ProtectedResource[], caller: Caller): readonly CatalogueEntry[] {
  return resources.flatMap(({ url, server }) =>
    server && (caller !== ANONYMOUS || server.spec.displayInWeb) ? [entry(server, url, caller)] : [],
  );
}

function entry(server: McpServer, endpoint: string, caller: Caller): CatalogueEntry {
  const { metadata, spec, status } = server;
  const ready = isTrue(status, 'Ready');
  const reason = conditionOf(status, 'Ready')?.reason ?? 'Pending';
  const maySeeTools = caller !== ANONYMOUS && operationScopes(server).every((scope) => caller.scopes.has(scope));
  return {
    name: metadata.name,
    title: spec.title ?? metadata.name,
    ...(spec.description !== undefined && { description: spec.description }),
    endpoint,
    transport: spec.transport,
    oauth: { required: spec.oauth.required, scopes: spec.oauth.scopes },
    ready,
    ...(!ready && { reason }),
    ...(maySeeTools &&
      status?.tools && {
        tools: status.tools.map(({ name, title }) => ({ name, ...(title !== undefined && { title }) })),
      }),
  };
}
