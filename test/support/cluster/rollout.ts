import { until } from '../mooring.ts';
import type { ClusterApi, ClusterObject } from './cluster-api.ts';
import type { PodObject } from './recorder.ts';
import { HOME } from './release.ts';

interface Workload extends ClusterObject {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly observedGeneration?: number; readonly updatedReplicas?: number };
}

type Component = 'operator' | 'gateway' | 'database';

/** Milliseconds: pods of the chart may take 40 s to end. */
const PATIENCE = 120_000;

/** Pods of a component of the release, without those that are ending. */
export const podsOf = async (api: ClusterApi, component: Component) =>
  (await everyPodOf(api, component)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);

const everyPodOf = async (api: ClusterApi, component: Component) =>
  api.list<PodObject>(
    'Pod',
    { namespace: HOME },
    `app.kubernetes.io/name=mooring,app.kubernetes.io/component=${component}`,
  );

/** Replaces every pod of a Deployment of the release, as `kubectl rollout restart` does; answers when the old ones are gone. */
export async function restart(api: ClusterApi, component: 'operator' | 'gateway'): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  await api.patch(
    'Deployment',
    { namespace: HOME, name: `mooring-${component}` },
    { spec: { template: { metadata: { annotations } } } },
  );
  await settled(api, component);
}

/** Until every pod that is wanted is ready, and none else is there: not those that are ending either. */
export async function settled(api: ClusterApi, component: Component): Promise<void> {
  const kind = component === 'database' ? 'StatefulSet' : 'Deployment';
  const holds = async () => {
    const { metadata, spec, status } = await api.get<Workload>(kind, { namespace: HOME, name: `mooring-${component}` });
    const pods = await everyPodOf(api, component);
    return (
      status.observedGeneration === metadata.generation &&
      (status.updatedReplicas ?? 0) === spec.replicas &&
      pods.length === spec.replicas &&
      pods.every(isReady)
    );
  };
  await until(holds, `the pods of mooring-${component}`, PATIENCE);
}

const isReady = ({ metadata, status }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
