import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { Failure } from '../../core/failure.ts';

/**
 * The same API for whoever leads: a write is refused where the lease is not ours, and given up before it could be another's.
 * Reads go through. `remaining` answers for how many ms we may still act.
 */
export const whileLeading = (api: KubernetesApi, remaining: () => number): KubernetesApi => ({
  ...api,
  async request<Answer>(request: Parameters<KubernetesApi['request']>[0]): Promise<Answer> {
    if ((request.method ?? 'GET') === 'GET') return api.request<Answer>(request);
    // AbortSignal.timeout takes whole ms.
    const left = Math.floor(remaining());
    if (left <= 0)
      throw new Failure('not_leading', 'Another replica of the operator leads: it is the one that writes.');
    return api.request<Answer>({ ...request, timeoutMs: Math.min(left, request.timeoutMs ?? left) });
  },
});
