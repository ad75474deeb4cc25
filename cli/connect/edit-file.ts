import { randomBytes } from 'node:crypto';
import {
  chmod,
  constants,
  copyFile,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { makeFolder } from '../../core/make-folder.ts';

/** Clients keep more in their files than servers, and still no file that a person wrote is as large. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Only the owner reads it: clients keep credentials of their own beside servers. */
const NEW_FILE_MODE = 0o600;

/** More copies of one file than somebody makes who looks at them. */
const MOST_COPIES = 100;

export interface EditedFile {
  /** Where the file really is. */
  readonly path: string;
  /** Where the text before is kept; undefined where there was none, or nothing changed. */
  readonly backup?: string;
}

/**
 * Changes a file of somebody else's program: the file that a link leads to, whole or not at all, with the rights it had and a copy of what it was
 * beside it. Throws `changed_meanwhile` where the program wrote it in the same moment, and what `edit` throws.
 */
export async function editFile(named: string, edit: (text: string) => string): Promise<EditedFile> {
  const path = await realFile(named);
  const before = await readText(path);
  const after = edit((before ?? '').replace(/^\uFEFF/, ''));
  const content = before?.startsWith('\uFEFF') ? `\uFEFF${after}` : after;
  if (content === before) return { path };

  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  let backup: string | undefined;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, content, { mode: NEW_FILE_MODE, flag: 'wx' });
    if (before !== undefined) {
      await chmod(temporary, (await stat(path)).mode & 0o777);
      backup = await keepCopy(path);
    }
    // Clients write their file whenever they like; what they wrote since is not lost.
    if ((await readText(path)) !== before) throw changedMeanwhile(named);
    await rename(temporary, path);
  } catch (error) {
    for (const made of [temporary, backup]) if (made !== undefined) await rm(made, { force: true });
    throw error instanceof Failure ? error : notWritten(named, error);
  }
  return { path, ...(backup !== undefined && { backup }) };
}

/**
 * Copies the file beside itself, under a name that nothing has: a copy that is there is somebody's, and a link of that name, in a repository of a
 * stranger, would lead the text wherever that person likes (CWE-59).
 */
async function keepCopy(path: string): Promise<string> {
  for (let count = 1; count <= MOST_COPIES; count++) {
    const copy = count === 1 ? `${path}.bak` : `${path}.bak.${count}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Failure(
    'too_many_copies',
    `${path} was left as it is, for there are ${MOST_COPIES} copies of it (${path}.bak …). Remove those that you do not need.`,
  );
}

/** The file behind a link, there or not. */
async function realFile(named: string): Promise<string> {
  try {
    return await realpath(named);
  } catch {
    const target = await readlink(named).catch(() => undefined);
    return target === undefined ? resolve(named) : resolve(dirname(named), target);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Failure('not_written', `${path} is no file, so it was left as it is.`);
    if (stats.size > MAX_BYTES) throw new Failure('too_large', `${path} is larger than 16 MiB. Add the lines by hand.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof Failure ? error : notWritten(path, error);
  }
}

const changedMeanwhile = (path: string): Failure =>
  new Failure(
    'changed_meanwhile',
    `${path} was written by its program in the same moment, so it was left as it is. Run the command again.`,
  );

const notWritten = (path: string, error: unknown): Failure =>
  new Failure(
    'not_written',
    `${path} cannot be read or written (${(error as NodeJS.ErrnoException).code}). Look at its permissions.`,
    { cause: error },
  );
