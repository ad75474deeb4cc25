import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** What runs on this machine; without what has ended and only waits for its parent to notice. */
export function runningProcesses(): RunningProcess[] {
  return (process.platform === 'linux' ? fromProc() : fromPs()).filter(({ command }) => command !== '');
}

/** proc(5): containers seldom have `ps`. */
function fromProc(): RunningProcess[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(id), parent: Number(parent), group: Number(group), command }];
    } catch {
      return []; // It has just ended.
    }
  });
}

/** A process and all that descend from it. */
export function withDescendants(pid: number): RunningProcess[] {
  const running = runningProcesses();
  const family = running.filter((one) => one.pid === pid);
  for (const { pid: parent } of family) family.push(...running.filter((one) => one.parent === parent));
  return family;
}

function fromPs(): RunningProcess[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,pgid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, group, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)/.exec(line) ?? [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}

export const isRunning = (pid: number): boolean => runningProcesses().some((running) => running.pid === pid);

/** Waits until a condition holds; says which one did not. */
export async function eventually(what: string, holds: () => boolean, patienceMs = 15_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${what}`);
    await delay(20);
  }
}
