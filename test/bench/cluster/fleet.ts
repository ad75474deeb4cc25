import type { KubernetesApi } from '../../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../../crds/kubernetes/kubernetes-object.ts';
import { startReflector, type Reflector } from '../../../crds/kubernetes/reflector.ts';
import type { McpServerStatus } from '../../../crds/mcpserver-status.ts';
import { FLEET } from './api-server.ts';

const SERVERS: ResourceKind = { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', plural: 'mcpservers' };
const DEPLOYMENTS: ResourceKind = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };
export const SERVICES: ResourceKind = { apiVersion: 'v1', kind: 'Service', plural: 'services' };
const ACCOUNTS: ResourceKind = { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' };
const POLICIES: ResourceKind = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
};

/** What every server of the fleet gets. */
const CHILDREN = [DEPLOYMENTS, SERVICES, ACCOUNTS, POLICIES];

/** At a time: as fast as a person's pipeline, slower than what would be a test of the API server. */
const CONCURRENCY = 8;

const QUIET = { info() {}, warn() {}, error() {} };

/** Many servers that differ in nothing but their name and one variable, seen by a watch of our own. */
export interface Fleet extends Disposable {
  create(name: string): Promise<void>;
  createMany(names: readonly string[]): Promise<void>;
  /** Changes the one variable of the server. */
  edit(name: string, value: string): Promise<void>;
  remove(kind: ResourceKind, name: string): Promise<void>;
  /** How many servers have all children and a status of their newest generation. */
  complete(): number;
  /** Answers when the Deployment of a server carries the value, by the clock of `performance`. */
  arrival(name: string, value: string): Promise<number>;
  /** Of every Deployment, by name, as the API server lists them now: without the watch. */
  values(): Promise<ReadonlyMap<string, string>>;
  names(kind: ResourceKind): Promise<ReadonlySet<string>>;
}

export const names = (count: number, prefix = 'server'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);

export async function openFleet(api: KubernetesApi): Promise<Fleet> {
  const watch = (kind: ResourceKind): Reflector<KubernetesObject> =>
    startReflector({ api, kind, namespaces: [FLEET], log: QUIET });
  const servers = watch(SERVERS);
  const children = new Map(CHILDREN.map((kind) => [kind, watch(kind)]));
  await Promise.all([servers, ...children.values()].map(({ synced }) => synced));
  const deployments = children.get(DEPLOYMENTS);

  const create = async (name: string): Promise<void> => {
    const body = {
      apiVersion: SERVERS.apiVersion,
      kind: SERVERS.kind,
      metadata: { name },
      spec: { image: 'mooring.test/fleet:1', env: [variable('0')] },
    };
    await api.request({ method: 'POST', path: pathOf(SERVERS, FLEET), body });
  };
  const list = async (kind: ResourceKind): Promise<readonly KubernetesObject[]> =>
    (await api.request<{ items: KubernetesObject[] }>({ path: pathOf(kind, FLEET) })).items;

  return {
    create,
    async createMany(wanted) {
      const left = wanted.values();
      const worker = async (): Promise<void> => {
        for (const name of left) await create(name);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    },
    async edit(name, value) {
      await api.request({
        method: 'PATCH',
        path: pathOf(SERVERS, FLEET, name),
        contentType: 'application/merge-patch+json',
        body: { spec: { env: [variable(value)] } },
      });
    },
    remove: async (kind, name) => void (await api.request({ method: 'DELETE', path: pathOf(kind, FLEET, name) })),
    complete: () =>
      servers
        .list()
        .filter(
          ({ metadata, ...rest }) =>
            (rest['status'] as McpServerStatus | undefined)?.observedGeneration === metadata.generation &&
            [...children.values()].every((reflector) => reflector.get(FLEET, metadata.name)),
        ).length,
    arrival: (name, value) =>
      new Promise((resolve) => {
        const look = (): void => {
          const deployment = deployments?.get(FLEET, name);
          if (!deployment || valueOf(deployment) !== value) return;
          stop?.();
          resolve(performance.now());
        };
        const stop = deployments?.onChange(look);
        look();
      }),
    values: async () => new Map((await list(DEPLOYMENTS)).map((each) => [each.metadata.name, valueOf(each) ?? ''])),
    names: async (kind) => new Set((await list(kind)).map(({ metadata }) => metadata.name)),
    [Symbol.dispose]() {
      for (const reflector of [servers, ...children.values()]) reflector.close();
    },
  };
}

const VARIABLE = 'BENCH';
const variable = (value: string) => ({ name: VARIABLE, value });

interface PodSpec {
  readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
}

function valueOf(deployment: KubernetesObject): string | undefined {
  const { template } = deployment['spec'] as { template: { spec: PodSpec } };
  return template.spec.containers[0]?.env?.find(({ name }) => name === VARIABLE)?.value;
}
