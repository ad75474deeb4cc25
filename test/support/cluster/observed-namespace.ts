import type { ClusterApi } from './cluster-api.ts';
import { conditionIn, record, transitions, type PodObject, type Recorder, type ServerObject } from './recorder.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

/** A namespace in which everything that happens to servers and pods is written down. */
export interface ObservedNamespace extends TestNamespace {
  readonly servers: Recorder<ServerObject>;
  readonly pods: Recorder<PodObject>;
  /** Applies a server; answers when (milliseconds since 1970). */
  apply(manifest: object): Promise<number>;
  /** Changes the spec of a server by a merge patch; answers when. */
  edit(name: string, spec: object): Promise<number>;
  /** When the server was first seen Ready, for the generation that there is then, at or after that time. */
  ready(name: string, since?: number): Promise<number>;
  /** What a person would have seen of the server so far, a line each change. */
  story(name: string): string;
}

export async function observeNamespace(api: ClusterApi, prefix?: string): Promise<ObservedNamespace> {
  const { name: namespace, [Symbol.asyncDispose]: remove } = await createNamespace(api, prefix);
  const servers = record<ServerObject>(api, 'McpServer', namespace);
  const pods = record<PodObject>(api, 'Pod', namespace);
  const story = (name: string) => `Seen of ${name}:\n  ${transitions(servers, name).join('\n  ')}`;
  return {
    name: namespace,
    servers,
    pods,
    story,
    apply: async (manifest) => {
      const at = Date.now();
      await api.apply(manifest, namespace);
      return at;
    },
    edit: async (name, spec) => {
      const at = Date.now();
      await api.patch('McpServer', { namespace, name }, { spec });
      return at;
    },
    ready: async (name, since = 0) => {
      const isReady = (server: ServerObject) =>
        server.metadata.name === name &&
        server.status?.observedGeneration === server.metadata.generation &&
        conditionIn(server, 'Ready')?.status === 'True';
      return (await servers.first(`${name} to be Ready`, isReady, { since, explain: () => story(name) })).at;
    },
    [Symbol.asyncDispose]: async () => {
      await servers[Symbol.asyncDispose]();
      await pods[Symbol.asyncDispose]();
      await remove();
    },
  };
}
