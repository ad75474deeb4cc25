import { until } from '../mooring.ts';
import type { ClusterApi, ClusterObject } from './cluster-api.ts';
import { HOME } from './release.ts';

interface Workload extends ClusterObject {
  readonly spec: { readonly replicas: number; readonly selector: { readonly matchLabels: Record<string, string> } };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

type Kind = 'Deployment' | 'StatefulSet';

/** Milliseconds: pods of the chart may take 40 s to end. */
const PATIENCE = 120_000;

/** Pods of a component of the release, without those that are ending. */
export const podsOf = async (api: ClusterApi, component: 'operator' | 'gateway' | 'database') =>
  (await everyPodOf(api, component)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);

const everyPodOf = async (api: ClusterApi, component: string) =>
  api.list<ClusterObject & { status: { containerStatuses?: { restartCount: number }[] } }>(
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

/** Until every pod that is wanted is ready, and none else is there. */
export async function settled(api: ClusterApi, component: 'operator' | 'gateway' | 'database'): Promise<void> {
  const kind: Kind = component === 'database' ? 'StatefulSet' : 'Deployment';
  const holds = async () => {
    const { metadata, spec, status } = await api.get<Workload>(kind, { namespace: HOME, name: `mooring-${component}` });
    return (
      status.observedGeneration === metadata.generation &&
      (status.updatedReplicas ?? 0) === spec.replicas &&
      (status.readyReplicas ?? 0) === spec.replicas &&
      (await everyPodOf(api, component)).length === spec.replicas
    );
  };
  await until(holds, `the pods of mooring-${component}`, PATIENCE);
}
