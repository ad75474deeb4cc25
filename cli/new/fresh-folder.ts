import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { makeFolder } from '../../core/make-folder.ts';

/** Each a tenth of a second later than the last: more than a second in all. */
const RETRIES = 5;

/**
 * Fills a folder that is not there or empty: `fill` writes into a draft, which takes its place when it is whole. Nothing that is there is written
 * over or removed. Throws `folder_not_empty`, `folder_unusable`, and what `fill` throws.
 */
export async function freshFolder(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const target = resolve(folder);
  const isThere = await isEmptyFolder(target);
  // On the same file system, so that moving it is one step.
  const beside = await openDraft(isThere ? target : dirname(target)).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(target, cause);
  });
  try {
    // mkdtemp closes its folders to everybody else.
    const draft = join(beside, 'draft');
    await mkdir(draft);
    await fill(draft);
    // Somebody's shell may stand in a folder that is there, so that one stays.
    if (isThere) for (const entry of await readdir(draft)) await rename(join(draft, entry), join(target, entry));
    else await rename(draft, target);
  } finally {
    // A program that filled it and was just ended may still write.
    await rm(beside, { recursive: true, force: true, maxRetries: RETRIES });
  }
}

async function isEmptyFolder(target: string): Promise<boolean> {
  const entries = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unusable(target, cause);
  });
  if (entries === undefined || entries.length === 0) return entries !== undefined;
  throw new Failure(
    'folder_not_empty',
    `${printable(target)} is not empty, and nothing in it is written over. Name another one by --folder.`,
  );
}

async function openDraft(place: string): Promise<string> {
  await makeFolder(place);
  return mkdtemp(join(place, '.mooring-new-'));
}

const unusable = (target: string, { code = 'unknown error' }: NodeJS.ErrnoException): Failure =>
  new Failure('folder_unusable', `${printable(target)} cannot be written (${code}). Name another one by --folder.`);
