import type { Condition, McpServerStatus } from '../../../crds/mcpserver-status.ts';
import type { ClusterApi, ClusterObject } from './cluster-api.ts';
import type { KindName } from './kinds.ts';

export interface ServerObject extends ClusterObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: McpServerStatus;
}

export interface PodObject extends ClusterObject {
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: Readonly<Record<string, { readonly reason?: string; readonly startedAt?: string }>>;
      readonly lastState: Readonly<Record<string, { readonly reason?: string }>>;
    }[];
  };
}

export interface Seen<T> {
  /** Milliseconds since 1970, by the clock of the test. */
  readonly at: number;
  readonly object: T;
  readonly isDeleted: boolean;
}

/** Follows the objects of one kind in one namespace, and remembers everything that it saw. */
export interface Recorder<T extends ClusterObject> extends AsyncDisposable {
  readonly seen: readonly Seen<T>[];
  /** What is there now, by name. */
  now(name: string): T | undefined;
  /** The first that was seen, or will be, for which this holds. Fails with what was waited for, and with what was seen instead. */
  first(what: string, holds: (object: T, isDeleted: boolean) => boolean, options?: WaitOptions): Promise<Seen<T>>;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** Only what was seen at this time or later. */
  readonly since?: number;
  /** Added to the message of a failure. */
  readonly explain?: () => string;
}

/** Above every time that is asserted, and below the patience of a person. */
const TIMEOUT = 60_000;

export function record<T extends ClusterObject>(
  api: ClusterApi,
  kind: KindName,
  namespace: string | undefined,
): Recorder<T> {
  const seen: Seen<T>[] = [];
  const current = new Map<string, T>();
  const waiting = new Set<() => void>();
  const stopping = new AbortController();

  const follow = async (): Promise<void> => {
    for await (const { type, object } of api.watch<T>(
      kind,
      namespace === undefined ? {} : { namespace },
      stopping.signal,
    )) {
      const { name, resourceVersion } = object.metadata;
      if (type === 'BOOKMARK' || type === 'ERROR') continue;
      const isDeleted = type === 'DELETED';
      if (!isDeleted && current.get(name)?.metadata.resourceVersion === resourceVersion) continue;
      if (isDeleted) current.delete(name);
      else current.set(name, object);
      seen.push({ at: Date.now(), object, isDeleted });
      for (const look of waiting) look();
    }
  };
  const following = follow().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    seen,
    now: (name) => current.get(name),
    first: (what, holds, { timeoutMs = TIMEOUT, since = 0, explain = () => '' } = {}) =>
      new Promise((resolve, reject) => {
        let next = 0;
        const look = (): void => {
          for (; next < seen.length; next++) {
            const entry = seen[next];
            if (!entry || entry.at < since || !holds(entry.object, entry.isDeleted)) continue;
            clearTimeout(timer);
            waiting.delete(look);
            resolve(entry);
            return;
          }
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`waited ${timeoutMs / 1000} s in vain for ${what}. ${explain()}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await following;
    },
  };
}

/** The transitions of one server, a line each: what a person at `kubectl get -w` would see. */
export function transitions(recorder: Pick<Recorder<ServerObject>, 'seen'>, name: string): readonly string[] {
  const lines: string[] = [];
  for (const { object, isDeleted } of recorder.seen) {
    if (object.metadata.name !== name) continue;
    const line = isDeleted ? 'deleted' : describe(object);
    if (lines.at(-1) !== line) lines.push(line);
  }
  return lines;
}

function describe({ metadata, status }: ServerObject): string {
  const conditions = (status?.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value}/${reason}`);
  return [`generation ${metadata.generation}, observed ${status?.observedGeneration ?? '–'}:`, ...conditions].join(' ');
}

export const conditionIn = (server: ServerObject | undefined, type: Condition['type']): Condition | undefined =>
  server?.status?.conditions.find((condition) => condition.type === type);
