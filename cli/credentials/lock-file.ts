import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';

/** Milliseconds. What is done under the lock is one request of at most 10 s and one small file. */
const STALE_MS = 30_000;

/** Milliseconds: enough for several commands, one after the other, at a gateway that is slow. */
const WAIT_MS = 60_000;

/** Milliseconds between looks, and as much again at random, so that those who wait do not march in step. */
const PAUSE_MS = 20;

/** Runs the work while no other process does. A lock whose holder has died is taken over. Throws `credentials_busy`. */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const claim = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  for (const end = Date.now() + WAIT_MS; !take(path, claim); await sleep(PAUSE_MS * (1 + Math.random()))) {
    if (Date.now() > end) {
      throw new Failure(
        'credentials_busy',
        `Other commands use your sign-ins all the time. If none runs, remove ${path}.`,
      );
    }
  }
  try {
    return await work();
  } finally {
    if (contentOf(path) === claim) rmSync(path, { force: true });
  }
}

function take(path: string, claim: string): boolean {
  const holder = contentOf(path);
  if (holder !== undefined && isDead(path, holder)) remove(path, holder);
  try {
    writeFileSync(path, claim, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** On this machine the process is gone; elsewhere (a home folder that machines share) only time tells. */
function isDead(path: string, holder: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > STALE_MS || !mayLive(holder);
}

function mayLive(holder: string): boolean {
  try {
    const { pid, host } = JSON.parse(holder) as { pid: number; host: string };
    if (host === hostname()) process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as somebody else's. No JSON: its holder is writing it.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Of several processes that see the same dead holder, one moves its lock away; who moved a living one instead puts it back. */
function remove(path: string, holder: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (contentOf(aside) !== holder) linkSync(aside, path);
  } catch {
    // Somebody else was faster.
  }
  rmSync(aside, { force: true });
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
