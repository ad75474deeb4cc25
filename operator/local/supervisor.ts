import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { doubling } from '../backoff.ts';
import type { Cause } from '../cause.ts';
import type { ProcessSpec } from '../resources/process.ts';
import { startChild, type Child, type ChildContext, type Ending } from './child-process.ts';
import { exitCause, howItEnded } from './exit-cause.ts';
import type { LocalEnd } from './local-run.ts';
import type { Ports } from './ports.ts';

/** One process at a time, kept running. */
export interface Supervisor {
  readonly running: Running | undefined;
  /** Why it is not running, or why it ended last and has not answered since. */
  readonly trouble: Cause | undefined;
  /** Starts after an end that nobody asked for. */
  readonly restarts: number;
  /** The last of those ends. */
  readonly lastEnd: LocalEnd | undefined;
  /** Cannot be started for want of something outside (a program, a Secret); only `retry` looks again. */
  readonly blocked: boolean;
  retry(): void;
  /** It has answered: what was before is over. */
  answered(): void;
  /** Ends the process and gives back the port. */
  stop(graceMs: number): Promise<void>;
}

export interface Running {
  /** Another one after each start. */
  readonly id: string;
  readonly port: number;
  /** Undefined for one that the system refuses to start. */
  readonly pid: number | undefined;
  /** RFC 3339. */
  readonly startedAt: string;
}

export interface SupervisorOptions extends ChildContext {
  /** The process on this port, or why there cannot be one now. Asked before every start. */
  readonly launch: (port: number) => Promise<ProcessSpec | Cause>;
  readonly ports: Ports;
  /** Whose port it is. */
  readonly owner: string;
  readonly wantedPort: number | undefined;
  /** What must have ended before, where two would be in each other's way. */
  readonly after?: Promise<void> | undefined;
  readonly onChange: () => void;
}

/** A process that ran for as long was well; what ends it then is a new failure, not the next of a row. */
const STEADY_MS = 10_000;

/** The first failure is answered at once; then 0.5, 1, 2 … 30 s. 30 s is what a person waits without looking for another reason. */
const MAX_PAUSE_MS = 30_000;
const pauseAfter = (failures: number): number => (failures <= 1 ? 0 : doubling(500, MAX_PAUSE_MS)(failures - 1));

const NO_PORT: Cause = {
  reason: 'NoFreePort',
  message: 'Every port from 5000 to 5999 is taken. End programs that listen there, or remove servers.',
  stalled: true,
};

export function startSupervisor(options: SupervisorOptions): Supervisor {
  const { launch, ports, owner, wantedPort, after, log, onChange } = options;
  const stopping = new AbortController();
  let grace = 0;
  let port: number | undefined;
  let child: Child | undefined;
  let running: Running | undefined;
  /** Why it cannot be started now. */
  let obstacle: Cause | undefined;
  /** How it ended last, until it has answered again. */
  let end: Cause | undefined;
  let unblock: (() => void) | undefined;
  let starts = 0;
  let lastEnd: LocalEnd | undefined;

  async function holdPort(): Promise<number | undefined> {
    if (port !== undefined && (await ports.isFree(port))) return port;
    if (port !== undefined) ports.release(port);
    port = await ports.hold(owner, wantedPort);
    return port;
  }

  async function keepRunning(): Promise<void> {
    await after;
    for (let failures = 0; !stopping.signal.aborted;) {
      const started = await start();
      if ('reason' in started) {
        await waitForRetry(started);
        continue;
      }
      const ending = await started.ended;
      running = undefined;
      if (stopping.signal.aborted) return;
      failures = ending.ranFor >= STEADY_MS ? 1 : failures + 1;
      const pause = pauseAfter(failures);
      lastEnd = endOf(ending);
      end = exitCause(ending, failures, pause > 0 ? new Date(Date.now() + pause) : undefined, log.path);
      onChange();
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function start(): Promise<Child | Cause> {
    const free = await holdPort();
    if (free === undefined) return NO_PORT;
    const spec = await launch(free);
    if ('reason' in spec) return spec;
    child = await startChild(spec, options);
    obstacle = undefined;
    starts += 1;
    running = { id: randomUUID(), port: free, pid: child.pid, startedAt: new Date().toISOString() };
    if (stopping.signal.aborted) await child.stop(grace);
    else onChange();
    return child;
  }

  async function waitForRetry(found: Cause): Promise<void> {
    if (stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    unblock = resolve;
    // Told only once: whoever is told looks again, and finds the same.
    const isNew = !isDeepStrictEqual(found, obstacle);
    obstacle = found;
    if (isNew) onChange();
    await promise;
    unblock = undefined;
  }

  const ended = keepRunning();
  return {
    get running() {
      return running;
    },
    get trouble() {
      return obstacle ?? end;
    },
    get restarts() {
      return Math.max(0, starts - 1);
    },
    get lastEnd() {
      return lastEnd;
    },
    get blocked() {
      return obstacle !== undefined;
    },
    retry: () => unblock?.(),
    answered() {
      end = undefined;
    },
    async stop(graceMs) {
      grace = graceMs;
      stopping.abort();
      unblock?.();
      await child?.stop(graceMs);
      await ended;
      if (port !== undefined) ports.release(port);
    },
  };
}

const endOf = (ending: Ending): LocalEnd => ({
  at: new Date().toISOString(),
  message: howItEnded(ending),
  ...(ending.output !== '' && { output: ending.output }),
});
