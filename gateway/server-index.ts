import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import { isTrue } from '../crds/condition-of.ts';
import type { ServerSource } from '../crds/sources/source.ts';

/** The servers that have an endpoint: enabled and accepted, one for each public name. */
export interface ServerIndex {
  find(name: string): McpServer | undefined;
  /** Sorted by name. The same array until something changes, so that it can be a key of caches. */
  list(): readonly McpServer[];
  /** Also those that have no endpoint because they are not accepted. Sorted by name. */
  enabled(): readonly McpServer[];
}

/**
 * Reads `enabled` from `spec`, so that it takes effect at once, and Accepted from `status`. It is built anew on the first
 * read after a change: a change costs microseconds for a thousand servers, and a read between changes one look-up.
 */
export function createServerIndex(source: ServerSource): ServerIndex {
  let servers: ReadonlyMap<string, McpServer> | undefined;
  let list: readonly McpServer[] = [];
  source.onChange(() => {
    servers = undefined;
  });
  const current = (): ReadonlyMap<string, McpServer> => {
    if (servers) return servers;
    list = source.list().filter(hasEndpoint).sort(olderFirst).filter(firstOfItsName()).sort(byName);
    servers = new Map(list.map((server) => [server.metadata.name, server]));
    return servers;
  };
  return {
    find: (name) => current().get(name),
    list: () => {
      current();
      return list;
    },
    enabled: () =>
      source
        .list()
        .filter(({ spec }) => spec.enabled)
        .sort(olderFirst)
        .sort(byName),
  };
}

const hasEndpoint = (server: McpServer): boolean => server.spec.enabled && isTrue(server.status, 'Accepted');

/** The operator accepts one server for each name; while a status is late there can be two, and the older one wins here as well. */
const firstOfItsName = () => {
  const seen = new Set<string>();
  return ({ metadata: { name } }: McpServer): boolean => !seen.has(name) && seen.add(name) !== undefined;
};

const olderFirst = (a: McpServer, b: McpServer): number =>
  compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compare(qualifiedName(a), qualifiedName(b));

const byName = (a: McpServer, b: McpServer): number => compare(a.metadata.name, b.metadata.name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
