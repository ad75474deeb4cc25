import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { SERVER_CONTAINER } from '../../operator/resources/server-container.ts';
import { parseLogLine } from '../../operator/local/log-line.ts';
import { PODS } from './list-pods.ts';
import type { LogLine } from './log-request.ts';
import { maskLines } from './mask-lines.ts';

/** v1.PodLogOptions, as far as we use it. */
export interface PodLogQuery {
  readonly follow?: boolean | undefined;
  readonly previous?: boolean | undefined;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339; the API server drops fractions of a second. */
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
}

/** What was read of a pod before: where a connection is lost within a key, its mask knows that. */
export interface ReadBefore {
  readonly mask: (line: string) => string;
  /** The time of the last line; those up to it are neither masked nor given again. */
  readonly last: string;
}

/** What the server in a pod wrote, credentials masked. Ends with its container. Throws an ApiError; the reason of the signal. */
export async function* podLog(
  api: Pick<KubernetesApi, 'lines'>,
  pod: { readonly metadata: { readonly namespace?: string | undefined; readonly name: string } },
  query: PodLogQuery,
  signal: AbortSignal,
  { mask, last }: ReadBefore = { mask: maskLines(), last: '' },
): AsyncGenerator<LogLine> {
  const { namespace, name } = pod.metadata;
  const lines = api.lines({
    path: pathOf(PODS, namespace, name, 'log'),
    query: { ...query, container: SERVER_CONTAINER, timestamps: true },
    signal,
  });
  for await (const line of lines) {
    const { at, text } = parseLogLine(line);
    if (at !== undefined && at <= last) continue;
    yield { at, pod: name, text: mask(text) };
  }
}
