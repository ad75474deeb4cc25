import { pathOf, type KubernetesMeta, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { Deployment } from '../kubernetes/deployment.ts';
import type { Pod, PodCondition } from '../kubernetes/pod.ts';
import { kindOf, MERGE, type TestCluster } from './cluster.ts';

/** One pod, as its ReplicaSet and kubelet would write it. */
export interface TestPod {
  readonly name: string;
  read(): Promise<Pod>;
  /** Condition of this type. */
  condition(type: string): Promise<PodCondition | undefined>;
  /** The container runs; `run` counts its starts. */
  runs(run?: number): Promise<void>;
  waits(reason: string, message: string): Promise<void>;
  ends(exitCode: number, message: string): Promise<void>;
  /** kubelet has seen the gate. */
  becomesReady(): Promise<void>;
  remove(): Promise<void>;
}

let made = 0;

const REPLICA_SET = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'made-by-nobody',
  uid: '7d0c63ee-4c66-4f4b-9a7e-0d7d2a0d0a03',
  controller: true,
};

/** A pod of the template that the Deployment of the server has now; `traits`: what is special in its metadata. */
export async function startPod(
  cluster: TestCluster,
  server: string,
  traits: Partial<KubernetesMeta> = {},
): Promise<TestPod> {
  const { api, namespace } = cluster;
  const deployment = (await cluster.child('Deployment', server)) as Deployment;
  const name = `${server}-${(made += 1)}`;
  const { metadata, spec } = deployment.spec.template;
  const path = (part?: string): string => pathOf(kindOf('Pod'), namespace, name, part);
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, ownerReferences: [REPLICA_SET], ...traits, name },
    spec,
  };
  await api.request({ method: 'POST', path: pathOf(kindOf('Pod'), namespace), body });

  const read = async (): Promise<Pod> => (await api.request({ path: path() })) as unknown as Pod;

  async function write(status: object, conditions: readonly PodCondition[] = []): Promise<void> {
    const contentType = 'application/strategic-merge-patch+json';
    await api.request({
      method: 'PATCH',
      path: path('status'),
      contentType,
      body: { status: { ...status, conditions } },
    });
  }

  const isReady = (status: 'True' | 'False'): PodCondition => ({
    type: 'Ready',
    status,
    lastTransitionTime: new Date().toISOString(),
  });

  let run = 0;
  let lastState = {};
  const container = (state: object, ready = false) => ({
    phase: 'Running',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    containerStatuses: [
      {
        name: 'server',
        image: 'i',
        imageID: '',
        restartCount: run,
        ready,
        containerID: `containerd://${name}-${run}`,
        state,
        lastState,
      },
    ],
  });

  return {
    name,
    read,
    condition: async (type) => (await read()).status.conditions?.find((each) => each.type === type),
    async runs(count = 0) {
      run = count;
      await write(container({ running: { startedAt: new Date().toISOString() } }, true), [isReady('False')]);
    },
    async waits(reason, message) {
      await write({ ...container({ waiting: { reason, message } }), phase: 'Pending' }, [isReady('False')]);
    },
    async ends(exitCode, message) {
      const at = new Date().toISOString();
      const terminated = {
        exitCode,
        reason: 'Error',
        message,
        startedAt: at,
        finishedAt: at,
        containerID: `containerd://${name}-${run}`,
      };
      await write(container({ terminated }), [isReady('False')]);
      lastState = { terminated };
    },
    becomesReady: async () => write({}, [isReady('True')]),
    async remove() {
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
      await api.request({ method: 'DELETE', path: path(), body: options });
    },
  };
}

/** Changes an object behind the operator's back. */
export const tamper = async (
  { api, namespace }: TestCluster,
  kind: string,
  name: string,
  patch: object,
): Promise<KubernetesObject> =>
  api.request({ method: 'PATCH', path: pathOf(kindOf(kind), namespace, name), contentType: MERGE, body: patch });
