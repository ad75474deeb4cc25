import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { trimPod, type Pod } from '../../operator/kubernetes/pod.ts';

export const PODS: ResourceKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };

/** Pods with some hundreds of lines each: an answer of a page stays below 10 MB. */
const PAGE = 500;

/** The pods that a label selector selects, the oldest first; of every namespace, where none is given. Throws an ApiError. */
export async function listPods(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
  labelSelector: string,
): Promise<readonly Pod[]> {
  const pods: Pod[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const page: { items: KubernetesObject[]; metadata?: { continue?: string } } = await api.request({
      path: pathOf(PODS, namespace),
      query: { labelSelector, limit: PAGE, continue: next || undefined },
    });
    pods.push(...page.items.map(trimPod));
    next = page.metadata?.continue || undefined;
  }
  return pods.sort((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1));
}

const ageOf = ({ metadata }: Pod): string => `${metadata.creationTimestamp} ${metadata.name}`;
