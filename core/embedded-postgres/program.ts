import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Account } from './account.ts';

/** How to start one of PostgreSQL's programs on one data folder. */
export interface ProgramContext {
  /** Holds `bin`. */
  readonly programs: string;
  /** Working folder of every program. */
  readonly data: string;
  /** Who to run as; undefined: as ourselves. */
  readonly account: Account | undefined;
}

export interface RunningProgram {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** What it wrote last, oldest line first. */
  readonly lastLines: readonly string[];
  /** With what it ended: a code, the name of a signal, or that it could not be started. Never rejects. */
  readonly ended: Promise<string>;
}

/** Enough for PostgreSQL's FATAL line and the lines around it. */
const KEPT_LINES = 20;
/** PostgreSQL quotes what it does not understand, and that can be megabytes. */
const KEPT_LINE_CHARACTERS = 1000;

/** Starts `initdb` or `postgres` in a session of its own, with a built environment: Ctrl-C in the terminal is for Mooring, which ends it in order. */
export function startProgram(
  name: 'initdb' | 'postgres',
  args: readonly string[],
  { programs, data, account }: ProgramContext,
  onLine: (line: string) => void = () => {},
): RunningProgram {
  const child = spawn(join(programs, 'bin', name), args, {
    cwd: data,
    ...account,
    // TZ spares initdb the search for the zone; macOS wants a locale before it starts threads.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (whole) => {
      const line = whole.slice(0, KEPT_LINE_CHARACTERS);
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      onLine(line);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    // `close`, not `exit`: by then its last lines have been read.
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { process: child, lastLines, ended };
}

/**
 * How a program is told of its data, or of what lies beside it in the cluster's folder. The parents of these may be closed
 * to the account of the server (a home of mode 0700 that belongs to root), but a process needs no way to the folder that it
 * already stands in: the system enters the working folder before it changes the account. The link is needed because
 * PostgreSQL makes the path of its data absolute, and would cut `..` out of it.
 */
export function pathFor({ data, account }: ProgramContext, path: string): string {
  if (!account || process.platform !== 'linux' || dirname(path) !== dirname(data)) return path;
  return path === data ? '/proc/self/cwd' : relative(data, path);
}
