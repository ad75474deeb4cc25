import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessInfo {
  readonly parent: number;
  /** With its arguments; empty where it has ended and its parent has not noticed yet. */
  readonly command: string;
}

/** What runs under this process id; undefined: nothing does. */
export const processInfo = (pid: number): Promise<ProcessInfo | undefined> =>
  (process.platform === 'linux' ? fromProc(pid) : fromPs(pid)).catch(() => undefined);

/** proc(5). Containers seldom have `ps`. */
async function fromProc(pid: number): Promise<ProcessInfo> {
  const [stat, command] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  // `pid (name) state ppid …`, and the name may hold blanks and parentheses.
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return { parent: Number(parent), command: command.replaceAll('\0', ' ').trim() };
}

async function fromPs(pid: number): Promise<ProcessInfo> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]);
  const [, parent, command = ''] = /^\s*(\d+)\s+(.*)/.exec(stdout) ?? [];
  return { parent: Number(parent), command };
}
