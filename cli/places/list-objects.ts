import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';

/** Objects of one answer, so that a cluster with thousands stays within the bounds of an answer. */
const PAGE = 500;

/** Every McpServer of a namespace (undefined: of all) as it is stored. Throws an ApiError. */
export async function listObjects(api: KubernetesApi, namespace: string | undefined): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const page: { items: KubernetesObject[]; metadata?: { continue?: string } } = await api.request({
      path: pathOf(MCP_SERVERS, namespace),
      query: { limit: PAGE, continue: next || undefined },
    });
    objects.push(...page.items);
    next = page.metadata?.continue || undefined;
  }
  return objects;
}
