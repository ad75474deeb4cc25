import type { z } from 'zod';
import { API_VERSION, KIND, McpServerManifest, type McpServer, type McpServerSpec } from '../../crds/mcpserver.ts';
import type { McpServerStatus } from '../../crds/mcpserver-status.ts';
import type { ServerSource } from '../../crds/sources/source.ts';

type SpecInput = Partial<z.input<typeof McpServerSpec>>;

interface ServerOptions {
  readonly namespace?: string;
  readonly spec?: SpecInput;
  readonly accepted?: boolean;
  /** URL of the MCP endpoint of a backend; with it the server is Available. */
  readonly backend?: string;
  readonly creationTimestamp?: string;
  readonly tools?: readonly string[];
  /** Of each condition. */
  readonly message?: string;
}

/** A server as a source hands it out, accepted where nothing else is said. */
export function mcpServer(name: string, options: ServerOptions = {}): McpServer {
  const { namespace = 'default', spec, accepted = true, backend, message = '' } = options;
  const { creationTimestamp = '2026-01-01T00:00:00Z' } = options;
  const manifest = McpServerManifest.parse({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace },
    spec: { binary: 'server', ...spec },
  });
  const status: McpServerStatus = {
    conditions: [
      condition('Accepted', accepted, message),
      condition('Available', backend !== undefined, message),
      condition('Ready', backend !== undefined, message),
    ],
    ...(backend !== undefined && { backend: { url: backend } }),
    ...(options.tools && {
      tools: options.tools.map((tool) => ({ name: tool, digest: 'sha256:0' })),
      toolCount: options.tools.length,
    }),
  };
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      uid: `${namespace}/${name}`,
      generation: 1,
      resourceVersion: '1',
      creationTimestamp,
    },
    status,
  };
}

const condition = (
  type: 'Accepted' | 'Available' | 'Ready',
  holds: boolean,
  message: string,
): McpServerStatus['conditions'][number] => ({
  type,
  status: holds ? 'True' : 'False',
  reason: holds ? 'Fine' : 'NotYet',
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

export interface MemorySource extends ServerSource {
  put(...servers: readonly McpServer[]): void;
  remove(uid: string): void;
}

/** A source without a store behind it. */
export function memorySource(...initial: readonly McpServer[]): MemorySource {
  const servers = new Map<string, McpServer>();
  const listeners = new Set<(uid: string) => void>();
  const changed = (uid: string): void => listeners.forEach((listener) => listener(uid));
  const put = (...all: readonly McpServer[]): void => {
    for (const server of all) {
      servers.set(server.metadata.uid, server);
      changed(server.metadata.uid);
    }
  };
  put(...initial);
  return {
    put,
    remove: (uid) => {
      servers.delete(uid);
      changed(uid);
    },
    list: () => [...servers.values()],
    get: (uid) => servers.get(uid),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
