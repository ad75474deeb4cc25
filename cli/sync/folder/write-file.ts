import { randomBytes } from 'node:crypto';
import { link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../../core/failure.ts';

/** Permissions of a new manifest: of any file that a person makes, less what the umask takes. */
const NEW_MODE = 0o666;

/** Puts other content in the place of a file, whole or not at all, also where the power fails. A link stays one: the file that it leads to is replaced. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  await through(target, content, mode & 0o777, async (temporary) => rename(temporary, target));
}

/** Makes a file, whole or not at all. False: there is one of this name. */
export async function createFile(path: string, content: string, mode = NEW_MODE): Promise<boolean> {
  try {
    // A rename would take the place of a file that has come meanwhile.
    await through(path, content, mode, async (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a file; for a link, the link. */
export async function removeFile(path: string): Promise<void> {
  await rm(path);
  await syncFolder(dirname(path));
}

async function through(
  path: string,
  content: string,
  mode: number,
  put: (temporary: string) => Promise<void>,
): Promise<void> {
  // The dot in front keeps it from being read as a manifest.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

/** A new name lasts when its folder is written (fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Why a file could not be written, so that a person can do something about it. */
export function writeFailure(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof Failure) return error;
  const isRefused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return isRefused
    ? new Failure(
        'read_only',
        `${path} cannot be written (${code}). Look at its permissions and those of its folder.`,
        { status: 403, cause: error },
      )
    : new Failure('not_written', `${path} cannot be written (${code}).`, { cause: error });
}
