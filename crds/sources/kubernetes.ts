import { isDeepStrictEqual } from 'node:util';
import { pathOf, type KubernetesObject, type ResourceKind } from '../kubernetes/kubernetes-object.ts';
import { ApiError, type KubernetesApi } from '../kubernetes/kubernetes-api.ts';
import type { WatchLog } from '../kubernetes/object-stream.ts';
import { startReflector } from '../kubernetes/reflector.ts';
import { API_VERSION, KIND, PLURAL, type McpServer } from '../mcpserver.ts';
import { McpServerStatus } from '../mcpserver-status.ts';
import type { Problem } from '../problem.ts';
import { readMcpServer } from './read-mcpserver.ts';
import type { ServerSource, StatusWriter } from './source.ts';

export const MCP_SERVERS: ResourceKind = { apiVersion: API_VERSION, kind: KIND, plural: PLURAL };

export interface KubernetesSource extends ServerSource, StatusWriter {
  /** What this version cannot read of a server that another version of the definition admitted; such fields count as absent. */
  problemOf(uid: string): readonly Problem[];
  /** Resolves when all servers were listed once. */
  readonly synced: Promise<void>;
  /** ms since the API server was heard of McpServers; 0 while they are watched. */
  lastContact(): number;
  close(): void;
}

export interface KubernetesSourceOptions {
  readonly api: KubernetesApi;
  /** Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  readonly log: WatchLog;
}

/** The McpServers of a cluster. One that is being deleted, and only waits for finalizers, is not there any more. */
export function createKubernetesSource({ api, namespaces, log }: KubernetesSourceOptions): KubernetesSource {
  const problems = new WeakMap<McpServer, readonly Problem[]>();
  const leaving = new WeakSet<McpServer>();
  let all: readonly McpServer[] | undefined;
  let present: readonly McpServer[] = [];

  function keep(object: KubernetesObject): McpServer {
    const known = reflector.get(object.metadata.namespace, object.metadata.name);
    const before = known && { server: known, problems: problems.get(known) ?? [] };
    const read = readMcpServer(object, before);
    if (read.problems.length > 0) problems.set(read.server, read.problems);
    if (object.metadata.deletionTimestamp !== undefined) leaving.add(read.server);
    return read.server;
  }

  const reflector = startReflector<McpServer>({ api, kind: MCP_SERVERS, namespaces, trim: keep, log });

  function get(uid: string): McpServer | undefined {
    const server = reflector.byUid(uid);
    return server && !leaving.has(server) ? server : undefined;
  }

  return {
    list() {
      if (all !== reflector.list()) {
        all = reflector.list();
        present = Object.freeze(all.filter((server) => !leaving.has(server)));
      }
      return present;
    },
    get,
    onChange: (listener) => reflector.onChange(({ metadata }) => listener(metadata.uid)),
    async writeStatus(uid, status) {
      const server = get(uid);
      // The bounds of the CRD are checked here too: what they refuse would only come back as a sentence in a log.
      const next = JSON.parse(JSON.stringify(McpServerStatus.parse(status))) as McpServerStatus;
      if (!server || isDeepStrictEqual(server.status, next)) return;
      const { name, namespace, resourceVersion } = server.metadata;
      try {
        const answer = await api.request({
          method: 'PATCH',
          path: pathOf(MCP_SERVERS, namespace, name, 'status'),
          query: { fieldManager: 'mooring', force: true },
          contentType: 'application/apply-patch+yaml',
          // The API server looks at no uid here, so only the version keeps the status from a server of the same name that came later.
          body: { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, resourceVersion }, status: next },
        });
        reflector.note(answer);
      } catch (error) {
        // Gone, or changed: the event of that is on its way, and the status that it leads to is another one.
        if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
      }
    },
    problemOf(uid) {
      const server = get(uid);
      return (server && problems.get(server)) ?? [];
    },
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}
