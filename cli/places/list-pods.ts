import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { trimPod, type Pod } from '../../operator/kubernetes/pod.ts';
import { listObjects } from './list-objects.ts';

export const PODS: ResourceKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };

/** The pods that a label selector selects, the oldest first; of every namespace, where none is given. Throws an ApiError. */
export async function listPods(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
  labelSelector: string,
): Promise<readonly Pod[]> {
  const pods = (await listObjects(api, PODS, namespace, labelSelector)).map(trimPod);
  return pods.sort((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1));
}

const ageOf = ({ metadata }: Pod): string => `${metadata.creationTimestamp} ${metadata.name}`;
