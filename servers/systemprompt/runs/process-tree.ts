import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked } from '../../../core/kill-marked.ts';

/** All that a run started: its process group, and what left that with the mark of the run in its environment. */
export interface ProcessTree {
  /** Leader of the group. */
  readonly pid: number;
  /** `NAME=value`. */
  readonly mark: string;
}

/** Milliseconds between two glances at how many tasks the machine has: a read of 30 bytes, and a core forks some 20 a millisecond meanwhile. */
const GLANCE_EVERY_MS = 10;
/** Glances from one look to the next, though the machine has no more tasks: one costs a few milliseconds. */
const GLANCES = 10;

/** Rounds in which something may still be born beside what is killed; a group is killed in one. */
const ROUNDS = 100;

/** Calls where the tree has more processes than it may. Where there is no /proc it sees none. */
export function watchTree({
  mark,
  most,
  onExcess,
}: ProcessTree & { readonly most: number; readonly onExcess: () => void }): { stop(): void } {
  let glances = 0;
  let before = tasks();
  const timer = setInterval(() => {
    glances += 1;
    if (glances % GLANCES !== 0 && tasks() - before <= most) return;
    if (hasMoreThan(most, mark)) onExcess();
    before = tasks();
  }, GLANCE_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Of the whole machine, threads included: the number behind the slash (proc(5), "loadavg"). 0 where nobody tells. */
export function tasks(): number {
  try {
    return Number(/\/(\d+)/.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The newest come first, so that a fork bomb is seen after `most` of its thousands; and at once, because the threads that read otherwise get no time beside it. */
function hasMoreThan(most: number, mark: string): boolean {
  let count = 0;
  for (const id of processIds()) {
    if (isMarked(id, mark)) count += 1;
    if (count > most) return true;
  }
  return false;
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => b - a);
  } catch {
    return []; // There is no /proc.
  }
}

function isMarked(id: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(mark);
  } catch {
    return false; // It has just ended, or is somebody else's.
  }
}

/** SIGKILL to all of it, until nothing is left. kill(2) on a group reaches every member at once, so that none of them can fork away. */
export async function killTree({ pid, mark }: ProcessTree): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is empty.
    }
    if ((await killMarked([mark])) === 0) return;
    await sleep(1);
  }
}
