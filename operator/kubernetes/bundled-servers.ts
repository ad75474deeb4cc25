import { basename } from 'node:path';
import { parse } from 'yaml';
import type { Log } from '../../core/log.ts';
import { OBJECTS } from '../../core/pod-paths.ts';
import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import {
  pathOf,
  type KubernetesMeta,
  type KubernetesObject,
  type ResourceKind,
} from '../../crds/kubernetes/kubernetes-object.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import { API_VERSION, KIND, type McpServer } from '../../crds/mcpserver.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import type { ServerSource } from '../../crds/sources/source.ts';
import { APPLIED } from './annotations.ts';
import { applyCause } from './apply-cause.ts';
import { fingerprint, project } from './drift.ts';

const CONFIG_MAP: ResourceKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

/** On the servers that come from the ConfigMap: only these are removed again. */
const LABEL = 'mooring.dev/bundled';

/** Apart from the operator's own, so that the two never take each other's fields away. */
const FIELD_MANAGER = 'mooring-bundled';

/** The servers that the chart brings along: manifests in ConfigMap `mooring-bundled`, because a chart cannot hold objects beside their definition. */
export interface BundledServers {
  /** Names of those that are switched on. */
  names(): readonly string[];
  /** Whether this is one of them whose spec was changed since it was applied. */
  isEdited(server: McpServer): boolean;
  /** Applies the manifests, and removes servers whose manifest is gone. What people wrote into other fields stays. */
  sync(): Promise<void>;
  /** Calls back when the manifests have changed. Returns how to stop. */
  onChange(listener: () => void): () => void;
  readonly synced: Promise<void>;
  /** ms since the API server was heard of the ConfigMap; 0 while it is watched. */
  lastContact(): number;
  close(): void;
}

export interface BundledServersOptions {
  readonly api: KubernetesApi;
  readonly home: string;
  readonly source: ServerSource;
  readonly log: Log;
}

/** A manifest as it was written: without defaults, which would else belong to us. */
interface Manifest {
  readonly kind: string;
  readonly metadata: Pick<KubernetesMeta, 'name' | 'labels' | 'annotations'>;
  readonly [field: string]: unknown;
}

export function openBundledServers({ api, home, source, log }: BundledServersOptions): BundledServers {
  const reflector = startReflector<KubernetesObject & { readonly data?: Readonly<Record<string, string>> }>({
    api,
    kind: CONFIG_MAP,
    namespaces: [home],
    fieldSelector: `metadata.name=${OBJECTS.bundled}`,
    log,
  });
  /** Generation of each as it was applied last. */
  const applied = new Map<string, number | undefined>();
  const files = (): readonly (readonly [string, string])[] =>
    Object.entries(reflector.get(home, OBJECTS.bundled)?.data ?? {});
  const names = (): readonly string[] => files().map(([file]) => basename(file, '.yaml'));
  const isBundled = ({ metadata }: McpServer): boolean =>
    metadata.namespace === home && metadata.labels?.[LABEL] === 'true';

  async function apply(name: string, text: string): Promise<void> {
    const manifest = readManifest(name, text);
    if (!manifest)
      return log.error(
        { server: name },
        `ConfigMap ${OBJECTS.bundled}: ${name}.yaml is no manifest of McpServer ${name}`,
      );
    const rival = source.list().find(({ metadata }) => metadata.namespace === home && metadata.name === name);
    if (rival && !isBundled(rival)) {
      return log.warn(
        { server: `${home}/${name}` },
        `A McpServer of this name is there and stays; the bundled one waits until it is deleted, or until it has the label ${LABEL}: "true"`,
      );
    }
    const labels = { ...manifest.metadata.labels, [LABEL]: 'true' };
    const wanted = { ...manifest, metadata: { ...manifest.metadata, namespace: home, labels } };
    try {
      const { metadata } = rival && isApplied(wanted, rival) ? rival : await write(wanted);
      applied.set(name, metadata.generation);
    } catch (error) {
      // Until the ConfigMap changes it would be the same again.
      if (applyCause(error, wanted)?.reason !== `Invalid${KIND}`) throw error;
      log.error(
        { err: error, server: name },
        `ConfigMap ${OBJECTS.bundled}: the API server does not take ${name}.yaml`,
      );
    }
  }

  async function write(wanted: Manifest): Promise<KubernetesObject> {
    const { name, annotations } = wanted.metadata;
    return api.request({
      method: 'PATCH',
      path: pathOf(MCP_SERVERS, home, name),
      query: { fieldManager: FIELD_MANAGER, force: true },
      contentType: 'application/apply-patch+yaml',
      body: {
        ...wanted,
        metadata: { ...wanted.metadata, annotations: { ...annotations, [APPLIED]: fingerprint(wanted) } },
      },
    });
  }

  async function remove({ metadata: { name, uid } }: McpServer): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    try {
      await api.request({ method: 'DELETE', path: pathOf(MCP_SERVERS, home, name), body });
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return;
      throw error;
    }
    log.info({ server: `${home}/${name}` }, 'Bundled server removed: it is switched off');
  }

  return {
    names,
    isEdited: (server) =>
      isBundled(server) &&
      applied.has(server.metadata.name) &&
      applied.get(server.metadata.name) !== server.metadata.generation,
    async sync() {
      // Without the ConfigMap nobody says that anything is switched off: an uninstalled chart leaves its servers.
      if (!reflector.get(home, OBJECTS.bundled)) return;
      const wanted = new Set(names());
      for (const server of source.list())
        if (isBundled(server) && !wanted.has(server.metadata.name)) await remove(server);
      const results = await Promise.allSettled(
        files().map(async ([file, text]) => apply(basename(file, '.yaml'), text)),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    onChange: (listener) => reflector.onChange(listener),
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}

/** Whether it was applied as it is, and nobody has changed a field of it since. */
function isApplied(wanted: Manifest, live: McpServer): boolean {
  const hash = fingerprint(wanted);
  return live.metadata.annotations?.[APPLIED] === hash && fingerprint(project(wanted, live)) === hash;
}

function readManifest(name: string, text: string): Manifest | undefined {
  try {
    const value = parse(text) as Partial<Manifest> | null;
    const isOne = value?.['apiVersion'] === API_VERSION && value['kind'] === KIND && value.metadata?.name === name;
    return isOne ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}
