import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { selectorText } from '../../operator/resources/labels.ts';
import type { Pod } from '../../operator/kubernetes/pod.ts';
import { followPods } from './follow-pods.ts';
import { inOrder } from './in-order.ts';
import { listPods } from './list-pods.ts';
import type { LogLine, LogRequest } from './log-request.ts';
import { podLog, type PodLogQuery } from './pod-log.ts';

/** What the pods of a server wrote, with the rights of the person who asks. Throws an ApiError. */
export async function* clusterLogs(
  api: Pick<KubernetesApi, 'lines' | 'request' | 'watch'>,
  server: { readonly namespace: string; readonly name: string },
  request: LogRequest,
): AsyncGenerator<LogLine> {
  const { follow, sinceMs, tail, previous, signal } = request;
  const { namespace } = server;
  const labelSelector = selectorText({ metadata: server });
  const pods = await listPods(api, namespace, labelSelector);
  const query: PodLogQuery = {
    tailLines: tail,
    // 0 is none of it (v1.PodLogOptions).
    ...(sinceMs !== undefined && { sinceSeconds: Math.max(1, Math.ceil(sinceMs / 1000)) }),
  };
  try {
    if (follow) {
      yield* followPods({ api, namespace, labelSelector, pods, query, request });
      return;
    }
    const logs = pods.map((pod) => logOf(api, pod, { ...query, ...(previous && { previous }) }, request));
    for await (const line of inOrder(logs)) yield pods.length > 1 ? line : { ...line, pod: undefined };
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A pod that has none is no failure where others have: it is told. */
async function* logOf(
  api: Pick<KubernetesApi, 'lines'>,
  pod: Pod,
  query: PodLogQuery,
  { onNote, signal }: LogRequest,
): AsyncGenerator<LogLine> {
  try {
    yield* podLog(api, pod, query, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
    onNote?.(`pod ${pod.metadata.name} has none: ${error.message}.`);
  }
}
