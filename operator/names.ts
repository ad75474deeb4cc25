import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { ServerSource } from '../crds/sources/source.ts';

/** Who may use which public name (`metadata.name`, whatever the namespace). */
export interface PublicNames {
  /** The server that the name belongs to; itself, unless another claims the name with more right. */
  holder(server: McpServer): McpServer;
  /** Takes note that a server came, changed or went; answers the uids of those whose right to a name may have changed by it. */
  note(uid: string): readonly string[];
}

/** The older wins; ties by `<namespace>/<name>`, then by the place of the manifest, then by uid. */
function byRight(a: McpServer, b: McpServer): number {
  return (
    Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
    compare(qualifiedName(a), qualifiedName(b)) ||
    compare(a.origin?.file ?? '', b.origin?.file ?? '') ||
    (a.origin?.line ?? 0) - (b.origin?.line ?? 0) ||
    compare(a.metadata.uid, b.metadata.uid)
  );
}

/** By UTF-16 code unit: the same on every machine, unlike `localeCompare`. */
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** An index over the source: with 1,000 servers, each reconcile looks only at those of its own name. */
export function openPublicNames(source: Pick<ServerSource, 'get' | 'list'>): PublicNames {
  const claims = new Map<string, Set<string>>();
  const nameOf = new Map<string, string>();

  function note(uid: string): readonly string[] {
    const before = nameOf.get(uid);
    const now = source.get(uid)?.metadata.name;
    if (before === now) return [];
    const rivals = [...rivalsFor(before), ...rivalsFor(now)].filter((rival) => rival !== uid);
    if (before !== undefined) {
      claims.get(before)?.delete(uid);
      if (claims.get(before)?.size === 0) claims.delete(before);
      nameOf.delete(uid);
    }
    if (now !== undefined) {
      claims.set(now, (claims.get(now) ?? new Set()).add(uid));
      nameOf.set(uid, now);
    }
    return rivals;
  }

  const rivalsFor = (name: string | undefined): Iterable<string> => (name && claims.get(name)) || [];

  for (const { metadata } of source.list()) note(metadata.uid);
  return {
    holder(server) {
      const claimants = [...rivalsFor(server.metadata.name)].flatMap((uid) => source.get(uid) ?? []);
      return [server, ...claimants].sort(byRight)[0] ?? server;
    },
    note,
  };
}
