import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { ProcessGuard } from '../process-guard.ts';
import { restoreLinks } from './program-links.ts';

/** S_IWGRP | S_IWOTH: group or others may write. */
const FOREIGN_WRITE = 0o022;

/** Copies the programs to `target`, once: the copy appears whole or not at all, and of two made at the same time the first one stays. */
export async function copyOnce(native: string, target: string, guard: ProcessGuard): Promise<string> {
  if (await isThere(target)) return target;
  await makeFolder(dirname(target));
  const unfinished = `${target}.${randomBytes(6).toString('hex')}`;
  guard.removeAtEnd(unfinished);
  try {
    await copyFolder(native, unfinished);
    await restoreLinks(unfinished);
    await rename(unfinished, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return target;
}

/** Throws unless root owns the folder and all that is above it, and nobody else may write there: then nobody else put anything in it. */
export async function assertOnlyRootWrites(folder: string): Promise<void> {
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const { uid, mode } = await stat(path);
    if (uid !== 0 || (mode & FOREIGN_WRITE) !== 0) {
      throw new Failure(
        'postgres_programs_not_safe',
        `Root does not run PostgreSQL from ${folder}, because others may write to ${path}. Give it to root with mode 755, or start Mooring as another user.`,
      );
    }
    if (path === dirname(path)) return;
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await makeFolder(to);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await copyFolder(source, target);
      else if (entry.isFile()) await copyFile(source, target);
    }),
  );
}

async function copyFile(source: string, target: string): Promise<void> {
  const executable = ((await lstat(source)).mode & 0o100) !== 0;
  const file = await open(target, 'wx');
  try {
    await file.writeFile(await readFile(source));
    await file.chmod(executable ? 0o755 : 0o644);
    // The name of the folder promises a whole copy, also after a power failure.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whatever the umask is: the account of the server goes through this folder. One that is there stays as it is. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made) await chmod(folder, 0o755);
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
