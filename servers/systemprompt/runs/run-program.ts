import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectBytes } from '../../../core/byte-collector.ts';
import type { ProcessGuard } from '../../../core/process-guard.ts';
import { killTree, tasks, watchTree } from './process-tree.ts';

/** What one run may take. */
export interface RunLimits {
  /** Milliseconds. */
  readonly time: number;
  /** Bytes of stdout and stderr together. */
  readonly output: number;
  /** Processes at a time. */
  readonly processes: number;
}

export interface Program {
  /** Absolute. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment, but for what a run adds: HOME and TMPDIR, which are its own folder, and its mark. */
  readonly env: Readonly<Record<string, string>>;
  /** What file descriptor 3 gives, where it is one. */
  readonly handedOver?: string | undefined;
}

/** What ended a run before its time. */
export type Excess = 'time' | 'output' | 'processes' | 'cancelled';

export interface RunResult {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly excess: Excess | undefined;
}

/** Milliseconds for a command to tell its server that the call is cancelled. */
const GOODBYE_MS = 500;

/** Of util-linux and coreutils, which Debian always has; macOS has no prlimit. */
const [PRLIMIT, NICE] = ['/usr/bin/prlimit', '/usr/bin/nice'];

/** Tasks beside those that the machine has: 32 processes of Node, with their threads. */
const MORE_TASKS = 512;

/**
 * What comes before the words of a program: no core that would hold what was handed over, and no file above 64 MiB, for the folder is for a minute. A
 * fork bomb ends at MORE_TASKS, but for root, whom RLIMIT_NPROC does not bind (setrlimit(2)); it counts tasks of the whole user, so all of the
 * machine are added. On a busy machine what watches a run has its turn before it.
 */
function bounds(): readonly string[] {
  if (!existsSync(PRLIMIT) || !existsSync(NICE)) return [];
  const limits = ['--core=0', `--fsize=${64 * 1024 * 1024}`, `--nproc=${tasks() + MORE_TASKS}`];
  return [PRLIMIT, ...limits, '--', NICE, '-n', '10'];
}

/**
 * Runs a program in a folder of its own and ends it with all that it started: after its time, above its output or processes, and when the signal
 * aborts. Never through a shell. Rejects where it cannot be started.
 */
export async function runProgram(
  program: Program,
  { limits, guard, signal }: { readonly limits: RunLimits; readonly guard: ProcessGuard; readonly signal: AbortSignal },
): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'systemprompt-'));
  try {
    return await runIn(folder, program, { limits, guard, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string,
  { command, args, env, handedOver }: Program,
  { limits, guard, signal }: { readonly limits: RunLimits; readonly guard: ProcessGuard; readonly signal: AbortSignal },
): Promise<RunResult> {
  const mark = `SYSTEMPROMPT_RUN=${randomUUID()}`;
  const [file = command, ...argv] = [...bounds(), command, ...args];
  const child = spawn(file, argv, {
    cwd: folder,
    env: { ...env, HOME: folder, TMPDIR: folder, SYSTEMPROMPT_RUN: mark.slice(mark.indexOf('=') + 1) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', handedOver === undefined ? 'ignore' : 'pipe'],
  });
  const { pid } = child;
  const exited = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? undefined));
  });
  if (pid === undefined) return exited.then(() => Promise.reject(new Error('it was not started')));
  guard.protect(pid, { signal: 'SIGTERM', group: true });
  if (handedOver !== undefined) (child.stdio[3] as Writable).on('error', () => {}).end(handedOver);

  const over = Promise.withResolvers<Excess>();
  const read = collector(limits.output, () => over.resolve('output'));
  const [stdout, stderr] = [read(child.stdout), read(child.stderr)];
  const timer = setTimeout(() => over.resolve('time'), limits.time);
  const onAbort = (): void => over.resolve('cancelled');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const watch = watchTree({ pid, mark, most: limits.processes, onExcess: () => over.resolve('processes') });
  try {
    const excess = await Promise.race([exited.then(() => undefined), over.promise]);
    if (excess === 'cancelled' || excess === 'time') {
      process.kill(-pid, 'SIGTERM');
      await Promise.race([exited, sleep(GOODBYE_MS)]);
    }
    // What it left behind holds the pipes, too.
    await killTree({ pid, mark });
    const code = await exited;
    return { code, stdout: await stdout(), stderr: await stderr(), excess };
  } finally {
    clearTimeout(timer);
    watch.stop();
    signal.removeEventListener('abort', onAbort);
    guard.release(pid);
  }
}

/** Milliseconds for output that is in the pipe when its last writer has ended. */
const DRAIN_MS = 1000;

/** One bound for all the streams that it reads. Nothing is kept above it. */
function collector(most: number, onExcess: () => void): (stream: Readable | null) => () => Promise<string> {
  let left = most;
  return (stream) => {
    const bytes = collectBytes(most);
    if (!stream) return async () => '';
    stream.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) onExcess();
      else bytes.add(chunk);
    });
    const closed = new Promise<void>((resolve) => {
      stream.once('close', resolve).once('error', () => resolve());
    });
    return async () => {
      await Promise.race([closed, sleep(DRAIN_MS)]);
      stream.destroy();
      return bytes.bytes().toString('utf8');
    };
  };
}
