import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked } from '../../core/kill-marked.ts';
import type { ProcessGuard } from '../../core/process-guard.ts';
import type { ProcessSpec } from '../resources/process.ts';
import { copyOutput } from './copy-output.ts';
import { maskSecrets } from '../mask-secrets.ts';
import type { OutputLog } from './output-log.ts';
import { processMarks } from './process-marks.ts';
import { createTail } from './tail.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started at all. */
  readonly error?: NodeJS.ErrnoException;
  /** Its last lines, masked and bounded. */
  readonly output: string;
  /** Milliseconds. */
  readonly ranFor: number;
}

export interface Child {
  readonly pid: number | undefined;
  readonly ended: Promise<Ending>;
  /** SIGTERM to it and all that it started; SIGKILL to what is left after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/** The last output of a process that ended is still in the pipe, unless a process that it left behind holds the pipe open. */
const DRAIN_MS = 100;

/** Milliseconds between two looks whether a group is empty: a person does not notice them. */
const STEP_MS = 20;

export interface ChildContext {
  readonly guard: ProcessGuard;
  readonly log: Pick<OutputLog, 'path' | 'append'>;
}

/** Starts a process as the leader of a group of its own, so that what it starts ends with it. Never rejects: a start that fails is an Ending. */
export async function startChild(spec: ProcessSpec, context: ChildContext): Promise<Child> {
  try {
    await mkdir(spec.cwd, { recursive: true, mode: 0o700 });
    return spawnChild(spec, context);
  } catch (error) {
    const ending: Ending = { code: null, signal: null, error: error as NodeJS.ErrnoException, output: '', ranFor: 0 };
    return { pid: undefined, ended: Promise.resolve(ending), stop: async () => {} };
  }
}

function spawnChild(spec: ProcessSpec, { guard, log }: ChildContext): Child {
  const startedAt = performance.now();
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) guard.protect(pid, { signal: 'SIGTERM', group: true });

  const tail = createTail();
  const mask = maskSecrets(spec.secretValues);
  const copied = Promise.all(
    [child.stdout, child.stderr].map(async (stream) =>
      copyOutput(stream, mask, async (lines) => {
        for (const line of lines) tail.add(line);
        await log.append(lines);
      }),
    ),
  );

  /** Until when, on the clock of performance.now(), those that outlive the leader may finish. */
  let graceEnd = 0;
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  const end = async (how: Pick<Ending, 'code' | 'signal' | 'error'>): Promise<void> => {
    const ranFor = performance.now() - startedAt;
    if (pid !== undefined) {
      // A leader that passes the signal on and goes first is no end: its server is given the same time.
      while (performance.now() < graceEnd && signalGroup(pid, 0)) await sleep(STEP_MS);
      // What it left behind would hold its port.
      signalGroup(pid, 'SIGKILL');
      guard.release(pid);
    }
    await Promise.all([
      pid !== undefined && killMarked(processMarks(spec.env)),
      Promise.race([copied, sleep(DRAIN_MS)]),
    ]);
    child.stdout.destroy();
    child.stderr.destroy();
    resolve({ ...how, output: tail.text(), ranFor });
  };
  child.once('error', (error) => {
    if (pid === undefined) void end({ code: null, signal: null, error });
  });
  child.once('exit', (code, signal) => void end({ code, signal }));

  return {
    pid,
    ended,
    async stop(graceMs) {
      const runs = pid !== undefined && child.exitCode === null && child.signalCode === null;
      if (runs) {
        graceEnd = performance.now() + graceMs;
        signalGroup(pid, 'SIGTERM');
      }
      const timer = setTimeout(() => runs && signalGroup(pid, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** False where nobody is left in the group; 0 only asks (kill(2)). */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false; // ESRCH
  }
}
