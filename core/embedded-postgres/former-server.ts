import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { readFileIfThere } from '../private-file.ts';
import { processInfo } from './process-info.ts';

/** A fast shutdown writes out at most 16 MB of buffers; even a slow disk does that in a few seconds. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** Marks the command line of our servers with the process that started them: PostgreSQL accepts any setting with a dot in its name. */
export const ownerSetting = (pid: number): string => `mooring.owner=${pid}`;

/**
 * Makes sure that no server uses the data folder. One whose Mooring lives is a Failure; one whose Mooring was killed is
 * ended and waited for. A lock file whose process id meanwhile went to some other program is removed.
 */
export async function awaitFormerServer(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  const deadline = performance.now() + PATIENCE_MS;
  let ending = false;
  for (;;) {
    // The first line is the process id of the server; a server that ends in order removes the file.
    const pid = Number((await readFileIfThere(lock))?.split('\n', 1)[0]);
    const running = pid > 0 ? await processInfo(pid) : undefined;
    if (!running) return;
    // PostgreSQL itself would refuse such a file for ever. Should a server come up at this very moment, its shared memory
    // segment, which is found by the inode of the data folder, still keeps a second one out.
    if (!running.command.includes('postgres')) return rm(lock, { force: true });
    if (!running.command.includes('mooring.owner=') || running.command.includes(ownerSetting(running.parent))) {
      throw new Failure(
        'postgres_in_use',
        `Another process uses the database in ${data} (its PostgreSQL has process id ${pid}). Stop that Mooring first, or start this one with another --home.`,
        { status: 503 },
      );
    }
    if (performance.now() > deadline) {
      throw new Failure(
        'postgres_still_ending',
        `The PostgreSQL of an earlier run (process id ${pid}) has not ended for ${PATIENCE_MS / 1000} seconds. Try again, or end it with: kill -QUIT ${pid}`,
        { status: 503 },
      );
    }
    if (!ending) ending = signal(pid, 'SIGINT');
    await delay(LOOK_EVERY_MS);
  }
}

/** True also where the process has just gone. */
function signal(pid: number, name: NodeJS.Signals): true {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  return true;
}
