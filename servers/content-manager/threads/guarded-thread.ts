import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** MiB. A page of 2 MiB makes a tree of some 60; who needs more is after our memory. */
const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/** Milliseconds until a new thread has loaded its libraries: a second, on a busy machine several. */
const START_MS = 30_000;

/** Why there is no answer. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  /** Else it had no memory left, or fell over otherwise. */
  readonly isLate: boolean;

  constructor(isLate: boolean, cause: unknown) {
    super(isLate ? 'it took too long' : 'it took too much memory', { cause });
    this.isLate = isLate;
  }
}

/** A thread that reads what strangers wrote, one job at a time. */
export interface GuardedThread<Job, Answer> extends AsyncDisposable {
  /** Rejects with a ThreadEnded, or the reason of the signal; the next job gets a new thread then. */
  ask(job: Job, signal: AbortSignal): Promise<Answer>;
}

/**
 * Runs the parser of `file` with limits of memory and time: texts can be written so that reading them never ends. The thread
 * says a first word when it is ready, and is there from the first job until it is disposed of, so that an idle server does not hold the libraries in memory.
 */
export function guardedThread<Job, Answer>(file: URL, maxMs: number): GuardedThread<Job, Answer> {
  let worker: Worker | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    // Nothing of the environment: a parser needs no passwords.
    const started = new Worker(file, { resourceLimits: LIMITS, env: {}, argv: [], execArgv: [] });
    // Who waits for an answer hears of it; when nobody does, it must not end the server.
    return started.on('error', () => {});
  }

  async function end(): Promise<void> {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  /** What the thread says next, within this time. */
  async function message(from: Worker, ms: number, signal: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(ms);
    try {
      const [said] = (await once(from, 'message', { signal: AbortSignal.any([signal, timeout]) })) as [unknown];
      return said;
    } catch (error) {
      await end();
      signal.throwIfAborted();
      throw new ThreadEnded(timeout.aborted, error);
    }
  }

  async function run(job: Job, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    if (!worker) {
      worker = start();
      await message(worker, START_MS, signal);
    }
    worker.postMessage(job, []);
    return (await message(worker, maxMs, signal)) as Answer;
  }

  return {
    ask: async (job, signal) => {
      const turn = queue.then(async () => run(job, signal));
      queue = turn.catch(() => {});
      return turn;
    },
    [Symbol.asyncDispose]: async () => {
      await queue;
      await end();
    },
  };
}
