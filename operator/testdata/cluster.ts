import { vi, expect } from 'vitest';
import pino from 'pino';
import { testNamespace, type TestNamespace } from '../../test/support/api-server.ts';
import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { conditionOf } from '../../crds/condition-of.ts';
import type { ConditionType } from '../../crds/mcpserver-status.ts';
import { createKubernetesSource, MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { createEvents } from '../kubernetes/events.ts';
import { openKubernetesPlatform, type PlatformTimes } from '../kubernetes/kubernetes-platform.ts';
import { startOperator } from '../main.ts';
import { PROBE_TIMES } from '../probe.ts';
import { CHILD_KINDS } from '../resources/children.ts';

export const MERGE = 'application/merge-patch+json';

const QUICK = { ...PROBE_TIMES, wrongMs: 200, confirmMs: 100, hintMs: 300 };

/** An operator against a real API server, in a namespace of its own. No controllers run: a test is the rest of the cluster. */
export interface TestCluster extends AsyncDisposable {
  readonly namespace: string;
  /** As administrator, past the operator. */
  readonly api: KubernetesApi;
  /** Requests of the operator that write, by now: `PATCH deployments`. */
  writes(): readonly string[];
  /** Writes the spec of a server. */
  apply(name: string, spec: object): Promise<void>;
  server(name: string): McpServer | undefined;
  condition(name: string, type: ConditionType): { status: string; reason: string; message: string } | undefined;
  /** Waits until a condition has this reason; answers its message. */
  reason(name: string, type: ConditionType, reason: string): Promise<string>;
  /** Undefined where it is not there. */
  child(kind: string, name: string): Promise<KubernetesObject | undefined>;
  /** Every child of every server with its resource version. */
  versions(): Promise<Readonly<Record<string, string>>>;
  remove(kind: string, name: string): Promise<void>;
  /** Does this before the next write of the operator to these (`services`): what happens between its look and its write. */
  before(writeTo: string, action: () => Promise<unknown>): void;
  /** Stops the operator and starts another one, as after a restart; resolves when it has looked at everything. */
  restart(): Promise<void>;
}

export const kindOf = (kind: string): ResourceKind => {
  const found = [...CHILD_KINDS, MCP_SERVERS, { apiVersion: 'v1', kind: 'Pod', plural: 'pods' }].find(
    (each) => each.kind === kind,
  );
  if (!found) throw new Error(`no kind ${kind}`);
  return found;
};

const QUIET = pino({ level: process.env['MOORING_LOG_LEVEL'] ?? 'silent' });

/** By what is written. */
type Interludes = Map<string, () => Promise<unknown>>;

function startParts(space: TestNamespace, times: Partial<PlatformTimes>, written: string[], interludes: Interludes) {
  const raw = openKubernetesApi({ kubeconfig: space.server.kubeconfig });
  const api: KubernetesApi = {
    ...raw,
    async request<Answer>(request: Parameters<KubernetesApi['request']>[0]): Promise<Answer> {
      const { method = 'GET', path } = request;
      if (method !== 'GET') {
        written.push(`${method} ${what(path)}`);
        const interlude = interludes.get(what(path));
        interludes.delete(what(path));
        await interlude?.();
      }
      return raw.request<Answer>(request);
    },
  };
  const namespaces = [space.name];
  const source = createKubernetesSource({ api, namespaces, log: QUIET });
  const publicUrl = () => 'http://localhost:8080';
  const platform = openKubernetesPlatform({ api, namespaces, home: 'mooring-system', publicUrl, log: QUIET, times });
  const ready = Promise.all([source.synced, platform.synced]);
  const operator = ready.then(() =>
    startOperator({
      source,
      platform,
      publicUrl,
      identity: async () => 'none',
      onStatus: createEvents({ api, identity: 'test', log: QUIET }),
      log: QUIET,
      probeTimes: QUICK,
    }),
  );
  return {
    source,
    operator,
    async stop() {
      await (await operator).stop();
      platform.close();
      source.close();
      await raw.close();
    },
  };
}

/** `/apis/apps/v1/namespaces/x/deployments/notes` → `deployments`; `…/pods/p/status` → `pods/status`. */
const what = (path: string): string => path.replace(/^.*\/namespaces\/[^/]+\/([^/]+)(?:\/[^/]+)?(\/[^/]+)?$/, '$1$2');

export async function startCluster(times: Partial<PlatformTimes> = {}): Promise<TestCluster> {
  const space = await testNamespace();
  const { name: namespace, api } = space;
  const written: string[] = [];
  const interludes: Interludes = new Map();
  let parts = startParts(space, times, written, interludes);
  await parts.operator;

  const cluster: TestCluster = {
    namespace,
    api,
    writes: () => [...written],
    async apply(name, spec) {
      await api.request({
        method: 'PATCH',
        path: pathOf(MCP_SERVERS, namespace, name),
        query: { fieldManager: 'test', force: true },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', metadata: { name }, spec },
      });
    },
    server: (name) => parts.source.list().find(({ metadata }) => metadata.name === name),
    condition: (name, type) => conditionOf(cluster.server(name)?.status, type),
    async reason(name, type, reason) {
      await soon(() => {
        const { status, metadata } = cluster.server(name) ?? {};
        expect(conditionOf(status, type)?.reason).toBe(reason);
        expect(status?.observedGeneration).toBe(metadata?.generation);
      });
      return cluster.condition(name, type)?.message ?? '';
    },
    child: async (kind, name) => api.request({ path: pathOf(kindOf(kind), namespace, name) }).catch(() => undefined),
    async versions() {
      const lists = await Promise.all(
        CHILD_KINDS.map(async (kind) => {
          const query = { labelSelector: 'app.kubernetes.io/managed-by=mooring' };
          const { items } = await api.request<{ items: KubernetesObject[] }>({ path: pathOf(kind, namespace), query });
          return items.map(
            ({ metadata }) => [`${kind.kind} ${metadata.name}`, metadata.resourceVersion ?? ''] as const,
          );
        }),
      );
      return Object.fromEntries(lists.flat());
    },
    async remove(kind, name) {
      await api.request({ method: 'DELETE', path: pathOf(kindOf(kind), namespace, name) });
    },
    before: (writeTo, action) => void interludes.set(writeTo, action),
    async restart() {
      await parts.stop();
      written.length = 0;
      parts = startParts(space, times, written, interludes);
      const operator = await parts.operator;
      await soon(() => expect(operator.depth()).toBe(0));
    },
    async [Symbol.asyncDispose]() {
      await parts.stop();
      await space[Symbol.asyncDispose]();
    },
  };
  return cluster;
}

export const soon = async (holds: () => unknown, timeout = 30_000): Promise<unknown> =>
  vi.waitFor(holds, { timeout, interval: 10 });
