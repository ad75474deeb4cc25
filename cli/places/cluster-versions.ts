import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { Pod } from '../../operator/kubernetes/pod.ts';
import type { PartVersion } from './part-version.ts';

const DEPLOYMENTS: ResourceKind = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };

/** ms. Who asks for versions wants those that can be had. */
const TIMEOUT_MS = 3000;

/** The gateways and operators of the chart, in every namespace, or in this one where no more may be read. Throws an ApiError. */
export async function clusterVersions(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
): Promise<readonly PartVersion[]> {
  const found = await deploymentsIn(api, undefined).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 403 && namespace !== undefined)
      return deploymentsIn(api, namespace);
    throw error;
  });
  return found.map(partOf).sort((a, b) => (a.part < b.part ? -1 : 1));
}

async function deploymentsIn(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
): Promise<readonly KubernetesObject[]> {
  const labelSelector = 'app.kubernetes.io/name=mooring,app.kubernetes.io/component in (gateway,operator)';
  const { items } = await api.request<{ items: readonly KubernetesObject[] }>({
    path: pathOf(DEPLOYMENTS, namespace),
    query: { labelSelector },
    timeoutMs: TIMEOUT_MS,
    patient: false,
  });
  return items;
}

function partOf(object: KubernetesObject): PartVersion {
  const { labels, namespace } = object.metadata;
  const { spec } = object as unknown as { readonly spec: { readonly template: Pick<Pod, 'spec'> } };
  const image = spec.template.spec.containers[0]?.image;
  return {
    part: labels?.['app.kubernetes.io/component'] ?? '-',
    version: versionOf(image) ?? labels?.['app.kubernetes.io/version'],
    image,
    namespace,
  };
}

/** The tag of an image, where that is a version: somebody may have set another one than the chart's. */
const versionOf = (image = ''): string | undefined => /:v?(\d+\.\d+\.[\w.-]+)(?:@|$)/.exec(image)?.[1];
