import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import { isEnding, serverStatus, trimPod, type Pod } from '../../operator/kubernetes/pod.ts';
import { PODS } from './list-pods.ts';
import type { LogLine, LogRequest } from './log-request.ts';
import { maskLines } from './mask-lines.ts';
import { podLog, type PodLogQuery } from './pod-log.ts';

/** ms between two looks at a container that does not run: between two starts, or before its first. */
const LOOK_AGAIN_MS = 1000;

/** ms for what a pod still writes when its object is gone: kubelet ends its containers within 2 s; a node that is lost never says that they have ended. */
const LAST_WORDS_MS = 5000;

export interface FollowedPods {
  readonly api: Pick<KubernetesApi, 'lines' | 'request' | 'watch'>;
  readonly namespace: string;
  readonly labelSelector: string;
  /** Those that are there: of them only the lines that were asked for, of others all. */
  readonly pods: readonly Pod[];
  readonly query: PodLogQuery;
  readonly request: Pick<LogRequest, 'onNote' | 'signal'>;
}

/** The output of every pod, also of those that come meanwhile, through restarts of their containers. Ends with the signal alone. */
export async function* followPods({
  api,
  namespace,
  labelSelector,
  pods,
  query,
  request,
}: FollowedPods): AsyncGenerator<LogLine> {
  const { onNote = () => {} } = request;
  const left = new AbortController();
  const signal = AbortSignal.any([request.signal, left.signal]);
  if (signal.aborted) return;
  // It holds one line, and one of each pod waits for its turn: the pods wait for whoever reads.
  const lines = new PassThrough({ objectMode: true, highWaterMark: 1 }).setMaxListeners(0);
  const aborted = once(signal, 'abort').then(() => lines.end());
  /** By uid: what ends the reading of it. */
  const joined = new Map<string | undefined, AbortController>();
  const there = startReflector({
    api,
    kind: PODS,
    namespaces: [namespace],
    labelSelector,
    trim: trimPod,
    log: toNotes(onNote),
  });

  async function follow(pod: Pod, first: PodLogQuery, over: AbortSignal): Promise<void> {
    const mask = maskLines();
    let last = '';
    while (!over.aborted) {
      const from = last === '' ? first : { sinceTime: last };
      try {
        // It is given whole seconds again.
        for await (const line of podLog(api, pod, { ...from, follow: true }, over, { mask, last })) {
          if (over.aborted) return;
          last = line.at ?? last;
          const isAlone = joined.size === 1;
          if (!lines.write(isAlone ? { ...line, pod: undefined } : line)) await once(lines, 'drain', { signal: over });
        }
      } catch (error) {
        if (!over.aborted && !isPassing(error)) throw error;
      }
      await Promise.race([there.synced, aborted]);
      if (isOver(there.byUid(pod.metadata.uid ?? ''))) return;
      await sleep(LOOK_AGAIN_MS, undefined, { signal: over }).catch(() => {});
    }
  }

  function join(pod: Pod, first: PodLogQuery): void {
    const { uid, name } = pod.metadata;
    if (joined.has(uid)) return;
    const end = new AbortController();
    joined.set(uid, end);
    follow(pod, first, AbortSignal.any([signal, end.signal])).then(
      () => signal.aborted || onNote(`pod ${name} has ended.`),
      (error: unknown) => signal.aborted || lines.destroy(error as Error),
    );
  }

  try {
    for (const pod of pods) join(pod, query);
    there.onChange((pod, change) => {
      const { uid } = pod.metadata;
      if (change === 'deleted') {
        setTimeout(() => joined.get(uid)?.abort(), LAST_WORDS_MS).unref();
        return;
      }
      if (joined.has(uid) || isEnding(pod)) return;
      onNote(`pod ${pod.metadata.name} has come.`);
      join(pod, {});
    });
    yield* lines as AsyncIterable<LogLine>;
  } finally {
    left.abort();
    there.close();
  }
}

/** Nothing comes from it any more. */
const isOver = (pod: Pod | undefined): boolean => !pod || (isEnding(pod) && !serverStatus(pod)?.state?.running);

/** A container that does not run yet (400), a pod that has just gone (404), a connection that was cut, a node that is away (5xx). */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 400 || error.status === 404 || error.status >= 500);

const toNotes = (onNote: (note: string) => void): WatchLog => ({
  info: () => {},
  warn({ err }: { readonly err?: unknown }) {
    if (err instanceof ApiError && err.status === 0) onNote('the connection to the cluster was lost; trying again.');
  },
  error: () => {},
});
