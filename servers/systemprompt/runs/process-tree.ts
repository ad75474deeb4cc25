import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked, markedProcesses } from '../../../core/kill-marked.ts';

/** All that a run started: its process group, and what left that with the mark of the run in its environment. */
export interface ProcessTree {
  /** Leader of the group. */
  readonly pid: number;
  /** `NAME=value`. */
  readonly mark: string;
}

/** Milliseconds between two looks: one costs a few milliseconds, and a machine has room for what is forked meanwhile. */
const LOOK_EVERY_MS = 100;

/** Rounds in which something may still be born beside what is killed; a group is killed in one. */
const ROUNDS = 100;

/** Calls once where the tree has more processes than it may. Where there is no /proc it sees none. */
export function watchTree({
  mark,
  most,
  onExcess,
}: ProcessTree & { readonly most: number; readonly onExcess: () => void }): { stop(): void } {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    if ((await markedProcesses([mark])).length > most) onExcess();
    looking = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
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
