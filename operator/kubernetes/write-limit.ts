import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';

/**
 * Writes a second, in any second. A thousand servers with five writes each are made within a minute, and the API server, whose etcd takes some
 * thousands a second, has the rest for others (client-go allows a controller 20 to 50 a second unless told otherwise).
 */
const PER_SECOND = 100;

const SECOND_MS = 1000;

/** The same API, with writes held back, in their order, so that there are never more than so many in a second. Reads go through at once. */
export function limitWrites(api: KubernetesApi, perSecond = PER_SECOND): KubernetesApi {
  /** When the last `perSecond` writes go out, on the clock of `performance`: a ring. */
  const times = Array.from({ length: perSecond }, () => -Infinity);
  let next = 0;

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, (times[next] ?? now) + SECOND_MS);
    times[next] = at;
    next = (next + 1) % perSecond;
    if (at > now) await sleep(at - now, undefined, { ...(signal && { signal }) });
  }

  return {
    ...api,
    async request<Answer>(request: Parameters<KubernetesApi['request']>[0]): Promise<Answer> {
      if ((request.method ?? 'GET') !== 'GET') await turn(request.signal);
      return api.request<Answer>(request);
    },
  };
}
