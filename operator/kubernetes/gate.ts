import { ApiError } from '../../crds/kubernetes/api-error.ts';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { VERIFIED_CONDITION } from '../resources/pod-template.ts';
import { PODS, type PodCache } from './pod-cache.ts';
import { instanceId, isEnding, podCondition, type Pod, type PodCondition } from './pod.ts';

/** Whether the gate of a pod is open for the very container that runs now. */
export function isVerified(pod: Pod): boolean {
  const { status, message } = podCondition(pod, VERIFIED_CONDITION) ?? {};
  return status === 'True' && message !== undefined && message === instanceId(pod);
}

const hasGate = ({ spec }: Pod): boolean =>
  spec.readinessGates?.some(({ conditionType }) => conditionType === VERIFIED_CONDITION) ?? false;

/** What the gate of a pod should say now; undefined where it stands there already. */
export function nextVerdict(pod: Pod, answered: ReadonlySet<string>): PodCondition | undefined {
  if (!hasGate(pod) || isEnding(pod)) return undefined;
  const id = instanceId(pod);
  const before = podCondition(pod, VERIFIED_CONDITION);
  if (id !== undefined && answered.has(id)) {
    return isVerified(pod)
      ? undefined
      : { type: VERIFIED_CONDITION, status: 'True', reason: 'AnsweredMcp', message: id };
  }
  if (before?.status !== 'True' || isVerified(pod)) return undefined;
  return {
    type: VERIFIED_CONDITION,
    status: 'False',
    reason: 'Restarted',
    message: 'The container that answered MCP has ended.',
  };
}

/** Opens the gates of the pods whose containers have answered, and shuts those of pods that were started anew since. One request for each that changes. */
export async function setGates(
  pods: readonly Pod[],
  answered: ReadonlySet<string>,
  { api, cache }: { readonly api: Pick<KubernetesApi, 'request'>; readonly cache: Pick<PodCache, 'note'> },
): Promise<void> {
  await Promise.all(
    pods.map(async (pod) => {
      const verdict = nextVerdict(pod, answered);
      if (!verdict) return;
      const { name, namespace, uid } = pod.metadata;
      const condition = { ...verdict, lastTransitionTime: new Date().toISOString().replace(/\.\d+/, '') };
      try {
        const answer = await api.request({
          method: 'PATCH',
          path: pathOf(PODS, namespace, name, 'status'),
          query: { fieldManager: 'mooring' },
          // Conditions are merged by type: kubelet's stay as they are.
          contentType: 'application/strategic-merge-patch+json',
          body: { metadata: { uid }, status: { conditions: [condition] } },
        });
        cache.note(answer);
      } catch (error) {
        // Gone, or made anew under its name: then nothing is to be said of it.
        if (!(error instanceof ApiError && [404, 409].includes(error.status))) throw error;
      }
    }),
  );
}
