import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { readFileIfThere } from '../private-file.ts';
import { processInfo } from './process-info.ts';

/** A fast shutdown writes out at most 16 MB of buffers; even a slow disk does that in a few seconds. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 20;

const OWNER = 'mooring.owner=';

/**
 * Settings that do nothing but mark the command line of a server, with the process that started it and with its data
 * (which `-D` may hide, see pathFor). PostgreSQL accepts any setting that has a dot in its name.
 */
export const markers = (data: string): readonly string[] => [`${OWNER}${process.pid}`, `mooring.data=${data}`];

/**
 * Makes sure that no server uses the data folder. One whose Mooring lives is a Failure; one whose Mooring was killed is
 * ended and waited for. A lock file whose process id meanwhile went to some other program is removed: after a container
 * was killed, that is usual, for the same few ids are given again.
 */
export async function awaitFormerServer({ data, socketLock }: { data: string; socketLock: string }): Promise<void> {
  for (const lock of [join(data, 'postmaster.pid'), socketLock]) await awaitOwner(lock, data);
}

/** A lock file says in its first line which process owns it. */
async function awaitOwner(lock: string, data: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let asked = false;
  for (;;) {
    // A server that ends in order removes the file.
    const pid = Number((await readFileIfThere(lock))?.split('\n', 1)[0]);
    const running = pid > 0 ? await processInfo(pid) : undefined;
    if (!running) return;
    // PostgreSQL itself would refuse such a file for ever, for it knows no more than the process id.
    if (!running.command.includes(data)) return rm(lock, { force: true });
    // A process whose parent has ended gets another one, so only a living Mooring is the parent of its server.
    const orphan = running.command.includes(OWNER) && !running.command.includes(`${OWNER}${running.parent} `);
    if (!orphan) throw inUse(data, pid);
    if (performance.now() > deadline) throw stillEnding(pid);
    if (!asked) endInOrder(pid);
    asked = true;
    await delay(LOOK_EVERY_MS);
  }
}

function endInOrder(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    // It has just gone.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const inUse = (data: string, pid: number): Failure =>
  new Failure(
    'postgres_in_use',
    `Another Mooring uses the database in ${data} (its PostgreSQL is process ${pid}). Stop that one first, or start this one with another --home.`,
    { status: 503 },
  );

const stillEnding = (pid: number): Failure =>
  new Failure(
    'postgres_still_ending',
    `The PostgreSQL of an earlier run (process ${pid}) has not ended within ${PATIENCE_MS / 1000} seconds. Start Mooring again, or first end it with: kill -QUIT ${pid}`,
    { status: 503 },
  );
