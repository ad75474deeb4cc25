import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { quantity } from './quantity.ts';

/** metrics.k8s.io, as far as we read it (k8s.io/metrics/pkg/apis/metrics/v1beta1). */
interface PodMetrics {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly containers?: readonly { readonly usage?: { readonly cpu?: string; readonly memory?: string } }[];
}

const POD_METRICS: ResourceKind = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', plural: 'pods' };

/** ms. It is no part of the API server, and must not hold up what that tells. */
const TIMEOUT_MS = 3000;

export interface PodUsage {
  readonly memoryBytes: number;
  readonly cpuCores: number;
}

/** What pods use, by `namespace/name`; or why that is not known. */
export async function podUsage(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
  labelSelector: string,
): Promise<ReadonlyMap<string, PodUsage> | string> {
  try {
    const { items } = await api.request<{ items: readonly PodMetrics[] }>({
      path: pathOf(POD_METRICS, namespace),
      query: { labelSelector },
      timeoutMs: TIMEOUT_MS,
      patient: false,
    });
    return new Map(items.map((item) => [`${item.metadata.namespace}/${item.metadata.name}`, usageOf(item)]));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 404 || error.status === 503
      ? 'Memory and CPU are not known: this cluster has no metrics.k8s.io (install metrics-server).'
      : `Memory and CPU are not known: ${error.message}.`;
  }
}

function usageOf({ containers = [] }: PodMetrics): PodUsage {
  const sum = (of: 'cpu' | 'memory'): number =>
    containers.reduce((all, { usage }) => all + (quantity(usage?.[of] ?? '') ?? 0), 0);
  return { memoryBytes: sum('memory'), cpuCores: sum('cpu') };
}
