import type { Backoff } from './backoff.ts';
import { transient, type Outcome } from './outcome.ts';

export interface WorkQueue {
  /** Asks for the work of this key: at once, or right after the run that is under way, or after its pause where that fails. Asking twice does it once. Urgent keys come before the others. */
  add(key: string, urgency?: 'urgent'): void;
  /** Keys that wait for a worker. */
  depth(): number;
  /** Takes no more work; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly work: (key: string) => Promise<Outcome>;
  /** Keys worked on at a time. */
  readonly workers: number;
  /** Pauses after transient failures, per key. */
  readonly backoff: Backoff;
  readonly onTransient: (key: string, error: unknown, retryAfterMs: number) => void;
  readonly observer?: QueueObserver | undefined;
}

/** Is told what happens in a queue: metrics. */
export interface QueueObserver {
  /** A key was asked for that was not asked for already. */
  added(): void;
  /** A worker began, so many seconds after the key was asked for. */
  started(waitedSeconds: number): void;
  ended(outcome: Outcome, seconds: number): void;
}

/** A keyed queue as in client-go: deduplicated, one run per key at a time, per-key back-off. */
export function startWorkQueue({ work, workers, backoff, onTransient, observer }: WorkQueueOptions): WorkQueue {
  /** Waiting for a worker, oldest first, and since when (performance.now()). */
  const queued = new Map<string, number>();
  const urgent = new Map<string, number>();
  /** True: asked for again while running. */
  const running = new Map<string, boolean>();
  const timers = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const idle = Promise.withResolvers<void>();
  let stopped = false;

  function add(key: string, urgency?: 'urgent'): void {
    if (stopped) return;
    if (running.has(key)) running.set(key, true);
    else enqueue(key, urgency === 'urgent' ? urgent : queued);
    startWorkers();
  }

  function enqueue(key: string, line = queued): void {
    if (urgent.has(key) || line.has(key)) return;
    const since = queued.get(key);
    queued.delete(key);
    line.set(key, since ?? performance.now());
    if (since === undefined) observer?.added();
  }

  function startWorkers(): void {
    for (const line of [urgent, queued]) {
      for (const [key, since] of line) {
        if (running.size >= workers) return;
        line.delete(key);
        start(key, since);
      }
    }
  }

  function start(key: string, since: number): void {
    observer?.started((performance.now() - since) / 1000);
    running.set(key, false);
    clearTimeout(timers.get(key));
    timers.delete(key);
    void run(key);
  }

  async function run(key: string): Promise<void> {
    const startedAt = performance.now();
    const outcome = await work(key).catch(transient);
    observer?.ended(outcome, (performance.now() - startedAt) / 1000);
    const askedAgain = running.get(key) ?? false;
    running.delete(key);
    if (!stopped) {
      followUp(key, outcome);
      // What failed is tried again after its pause, however often it is asked for while it fails.
      if (askedAgain && outcome.kind !== 'transient') enqueue(key);
      startWorkers();
    }
    if (stopped && running.size === 0) idle.resolve();
  }

  function followUp(key: string, outcome: Outcome): void {
    if (outcome.kind !== 'transient') failures.delete(key);
    if (outcome.kind === 'waiting') addAfter(key, outcome.afterMs);
    if (outcome.kind !== 'transient') return;
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    onTransient(key, outcome.error, backoff(count));
    addAfter(key, backoff(count));
  }

  function addAfter(key: string, milliseconds: number): void {
    timers.set(
      key,
      setTimeout(() => add(key), milliseconds),
    );
  }

  return {
    add,
    depth: () => queued.size + urgent.size,
    async stop() {
      stopped = true;
      queued.clear();
      urgent.clear();
      for (const timer of timers.values()) clearTimeout(timer);
      if (running.size > 0) await idle.promise;
    },
  };
}
