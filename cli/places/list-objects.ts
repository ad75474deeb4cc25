import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';

/** Objects of one answer: of pods with some hundreds of lines each it stays below 10 MB. */
const PAGE = 500;

/** Every object of a kind in a namespace (undefined: in all) that the label selector, if any, selects. Throws an ApiError. */
export async function listObjects(
  api: Pick<KubernetesApi, 'request'>,
  kind: ResourceKind,
  namespace: string | undefined,
  labelSelector?: string,
): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const page: { items: KubernetesObject[]; metadata?: { continue?: string } } = await api.request({
      path: pathOf(kind, namespace),
      query: { labelSelector, limit: PAGE, continue: next || undefined },
    });
    objects.push(...page.items);
    next = page.metadata?.continue || undefined;
  }
  return objects;
}
