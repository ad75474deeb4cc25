import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { KubernetesApi, WatchEvent } from './kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from './kubernetes-object.ts';
import { compareResourceVersions } from './resource-version.ts';

/** ms. */
export interface StreamTimes {
  /** After which the server ends a watch, so that load spreads over API servers that came back; client-go: 5 to 10 minutes. */
  readonly watch: number;
  /** A watch without a byte for so long is dead: bookmarks come every minute (KEP-956), where the API server has a watch cache of the kind. */
  readonly silence: number;
  /** The first pause after an error. */
  readonly firstPause: number;
  /** The longest pause after errors: an API server that comes back is found as soon as that. */
  readonly longestPause: number;
  /** The longest that the server may ask to wait: a balancer in maintenance names an hour, and the API server is back after a minute. */
  readonly longestAsked: number;
}

const TIMES: StreamTimes = {
  watch: 290_000,
  silence: 75_000,
  firstPause: 50,
  longestPause: 2_000,
  longestAsked: 5_000,
};

/** Objects a page (KEP-365; client-go takes as many). */
const PAGE = 500;

/** Refusals of a watch in a row after which everything is listed anew: what comes of it is true, whatever is wrong with the watch. */
const PATIENCE = 3;

/** Where it says that it cannot watch, and that it can again: a pino Logger. */
export interface WatchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface StreamOptions {
  readonly api: Pick<KubernetesApi, 'request' | 'watch'>;
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly log: WatchLog;
  readonly times?: Partial<StreamTimes> | undefined;
  readonly signal: AbortSignal;
  /** `anyway`: even where what is known looks newer. */
  readonly onObject: (object: KubernetesObject, anyway: boolean) => void;
  readonly onGone: (object: KubernetesObject) => void;
  /** Everything was listed: what is not among these names (`namespace/name`) did not exist at this resource version; without one: does not exist. */
  readonly onListed: (names: ReadonlySet<string>, version: string | undefined) => void;
}

export interface ObjectStream {
  readonly namespace: string | undefined;
  /** Everything up to this resource version was told. */
  version(): string | undefined;
  readonly listed: Promise<void>;
  lastContact(): number;
}

/** One list and watch. Never gives up. */
export function startStream(options: StreamOptions): ObjectStream {
  const { api, kind, namespace, labelSelector, fieldSelector, log, signal, onObject, onGone, onListed } = options;
  const times = { ...TIMES, ...options.times };
  const path = pathOf(kind, namespace);
  const selectors = { labelSelector, fieldSelector };
  const listed = Promise.withResolvers<void>();
  /** Undefined: to be listed. */
  let version: string | undefined;
  /** The last that was. */
  let known: string | undefined;
  let page = PAGE;
  let isOpen = false;
  let heardAt = performance.now();
  /** In a row, without a watch that worked in between. */
  let failures = 0;
  /** Of them, answers of the server since everything was listed. */
  let refusals = 0;

  function heard(): void {
    heardAt = performance.now();
    if (failures > 0) log.info({ path, failures }, 'Watching again');
    failures = 0;
    refusals = 0;
  }

  async function list(): Promise<string> {
    const names = new Set<string>();
    let next: string | undefined;
    for (;;) {
      const query = { ...selectors, limit: page, continue: next };
      const answer = await api.request<ObjectList>({ path, query, signal, patient: false });
      const listedVersion = answer.metadata.resourceVersion;
      // A store that was restored from a backup counts from there again: what we know is of a past that never was.
      const isRestored = known !== undefined && compareResourceVersions(listedVersion, known) < 0;
      for (const object of answer.items ?? []) {
        names.add(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
        take(object, (each) => onObject(each, isRestored));
      }
      next = answer.metadata.continue || undefined;
      if (next !== undefined) continue;
      onListed(names, isRestored ? undefined : listedVersion);
      return listedVersion;
    }
  }

  async function watch(from: string): Promise<void> {
    const seconds = Math.round((times.watch * (0.9 + Math.random() * 0.2)) / 1000);
    const query = { ...selectors, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: seconds };
    let settling: NodeJS.Timeout | undefined;
    const onOpen = (): void => {
      isOpen = true;
      heardAt = performance.now();
      // One that opens and breaks at once is as good as none.
      settling = setTimeout(heard, times.longestPause);
    };
    try {
      for await (const event of api.watch({ path, query, signal, silenceMs: times.silence, onOpen })) {
        follow(event);
        heard();
      }
    } finally {
      clearTimeout(settling);
      // Where it ended because nothing came, the last word is as old as it is.
      const wasSilent = performance.now() - heardAt > 0.9 * times.silence;
      if (isOpen && !wasSilent) heardAt = performance.now();
      isOpen = false;
    }
  }

  function follow({ type, object }: WatchEvent): void {
    if (type === 'DELETED') take(object, onGone);
    else if (type !== 'BOOKMARK') take(object, (each) => onObject(each, false));
    version = object.metadata.resourceVersion ?? version;
    known = version;
  }

  /** An object that we stumble over must not hide those that follow. */
  function take(object: KubernetesObject, tell: (object: KubernetesObject) => void): void {
    try {
      tell(object);
    } catch (error) {
      log.error({ err: error, path, object: object.metadata.name }, 'An object could not be read');
    }
  }

  /** A store that was restored from a backup is behind what we know, and a watch would wait in silence until it has caught up. */
  async function isBehind(ours: string): Promise<boolean> {
    const { metadata } = await api.request<ObjectList>({
      path,
      query: { ...selectors, limit: 1 },
      signal,
      patient: false,
    });
    return compareResourceVersions(metadata.resourceVersion, ours) < 0;
  }

  async function step(): Promise<void> {
    if (version !== undefined && failures > 0 && (refusals >= PATIENCE || (await isBehind(version))))
      version = undefined;
    if (version === undefined) {
      version = await list();
      known = version;
      listed.resolve();
      heardAt = performance.now();
      refusals = 0;
    }
    const started = performance.now();
    await watch(version);
    // Whoever ends watches at once would be asked again and again.
    if (performance.now() - started < times.firstPause)
      throw new ApiError(0, 'Unreachable', `WATCH ${path}: ended at once`);
  }

  function onFailure(error: unknown): void {
    failures += 1;
    if (error instanceof ApiError) {
      if (error.status === 410) version = undefined;
      if (error.status > 0) refusals += 1;
      if (error.reason === 'TooLarge') page = Math.max(1, Math.floor(page / 2));
    }
    if (failures === 1) log.warn({ err: error, path }, 'Watching was interrupted; trying again');
  }

  function pauseMs(error: unknown): number {
    const wanted = Math.min(times.longestPause, times.firstPause * 2 ** Math.min(failures - 1, 16));
    const asked = error instanceof ApiError ? Math.min(error.retryAfterMs ?? 0, times.longestAsked) : 0;
    // Jitter, so that many do not come back at the same moment.
    return Math.max(asked, wanted * (0.5 + Math.random() / 2));
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await step();
      } catch (error) {
        if (signal.aborted) return;
        onFailure(error);
        await sleep(pauseMs(error), undefined, { signal }).catch(() => {});
      }
    }
  }

  void run();
  return {
    namespace,
    version: () => version,
    listed: listed.promise,
    lastContact: () => (isOpen ? 0 : performance.now() - heardAt),
  };
}

interface ObjectList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items?: readonly KubernetesObject[];
}
