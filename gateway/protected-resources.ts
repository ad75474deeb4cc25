import type { McpServer } from '../crds/mcpserver.ts';
import type { ServerSource } from '../crds/sources/source.ts';
import { endpointPath, METADATA_PREFIX, REGISTRY_PATH } from './public-paths.ts';
import { createServerIndex } from './server-index.ts';

/** What an access token can be issued for (RFC 8707, RFC 9728): a server's endpoint, or the registry. */
export interface ProtectedResource {
  /** Resource identifier: exactly the URL that clients type. */
  readonly url: string;
  /** Where its metadata is (RFC 9728 section 3.1). */
  readonly metadataUrl: string;
  /** For people. */
  readonly title: string;
  /** Absent for the registry. */
  readonly server?: McpServer;
  /** Every scope that its rules name; sorted. */
  readonly scopes: readonly string[];
}

/** The resources as they are now. Every answer is from memory, and the same object until something changes. */
export interface ProtectedResources {
  list(): readonly ProtectedResource[];
  /** By resource URL, compared as a string. */
  find(url: string): ProtectedResource | undefined;
  /** The server that has this name, as a resource. */
  named(name: string): ProtectedResource | undefined;
  registry(): ProtectedResource;
  /** Every scope that any server names; sorted. */
  allScopes(): readonly string[];
}

interface Snapshot {
  readonly servers: readonly McpServer[];
  readonly origin: string;
  readonly registry: ProtectedResource;
  readonly list: readonly ProtectedResource[];
  readonly byUrl: ReadonlyMap<string, ProtectedResource>;
  readonly byName: ReadonlyMap<string, ProtectedResource>;
  readonly allScopes: readonly string[];
}

export function createProtectedResources(source: ServerSource, publicUrl: () => string): ProtectedResources {
  const index = createServerIndex(source);
  let snapshot: Snapshot | undefined;
  const current = (): Snapshot => {
    const servers = index.list();
    const origin = publicUrl();
    if (snapshot?.servers !== servers || snapshot.origin !== origin) snapshot = takeSnapshot(servers, origin, snapshot);
    return snapshot;
  };
  return {
    list: () => current().list,
    find: (url) => current().byUrl.get(url),
    named: (name) => current().byName.get(name),
    registry: () => current().registry,
    allScopes: () => current().allScopes,
  };
}

function takeSnapshot(servers: readonly McpServer[], origin: string, previous: Snapshot | undefined): Snapshot {
  const registry = resource(origin, REGISTRY_PATH, { title: 'Registry of MCP servers', scopes: [] });
  const list = [registry, ...servers.map((server) => resourceOfServer(server, origin))];
  return {
    servers,
    origin,
    registry,
    list,
    byUrl: new Map(list.map((one) => [one.url, one])),
    byName: new Map(list.flatMap((one) => (one.server ? [[one.server.metadata.name, one]] : []))),
    allScopes: sameUnlessChanged(previous?.allScopes, sortedUnion(list.map(({ scopes }) => scopes))),
  };
}

const resourceOfServer = (server: McpServer, origin: string): ProtectedResource => {
  const { metadata, spec } = server;
  return resource(origin, endpointPath(metadata.name), {
    title: spec.title ?? metadata.name,
    server,
    scopes: sortedUnion([spec.oauth.scopes, ...spec.oauth.tools.map(({ scopes }) => scopes)]),
  });
};

const resource = (
  origin: string,
  path: string,
  rest: Omit<ProtectedResource, 'url' | 'metadataUrl'>,
): ProtectedResource => ({ url: origin + path, metadataUrl: origin + METADATA_PREFIX + path, ...rest });

const sortedUnion = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort();

/** A change of any status makes a new snapshot; what callers were granted depends on the scopes alone. */
const sameUnlessChanged = (before: readonly string[] | undefined, now: readonly string[]): readonly string[] =>
  before?.join(' ') === now.join(' ') ? before : now;
