import { randomBytes } from 'node:crypto';
import { link, lstat, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { makeFolder } from '../../core/make-folder.ts';
import type { ImportedServer } from './finish-draft.ts';

interface Planned {
  readonly path: string;
  /** Where it is written first. Hidden, so that a Mooring that follows the folder does not read it. */
  readonly staged: string;
  /** Where the file that was there before is kept until all are in place. */
  readonly former: string;
  readonly text: string;
}

/**
 * Writes one file for each server, all of them or none: whatever fails, the folder is as it was. What is there already is not overwritten unless
 * `force`. Answers the paths. Throws `exists`, `not_written`, and `not_put_back` where somebody else changes the folder meanwhile.
 */
export async function writeManifests(
  folder: string,
  servers: readonly ImportedServer[],
  force: boolean,
): Promise<string[]> {
  const plan = servers.map(({ manifest, text }) => planned(folder, manifest.metadata.name, text));
  const placed: Planned[] = [];
  try {
    await makeFolder(folder);
    for (const { staged, text } of plan) await writeFile(staged, text, { flag: 'wx' });
    for (const file of plan) {
      if (force) await keepFormer(file);
      // A link, unlike a rename, refuses to take the place of a file.
      await link(file.staged, file.path);
      placed.push(file);
    }
  } catch (error) {
    // What stands in the way of one keeps no other from its place.
    for (const { path } of placed) await rm(path, { force: true }).catch(() => {});
    const kept = await putBack(plan);
    throw kept.length > 0 ? notPutBack(kept, error) : explained(error, folder, force);
  } finally {
    for (const { staged } of plan) await rm(staged, { force: true });
  }
  for (const { former } of plan) await rm(former, { force: true });
  return plan.map(({ path }) => path);
}

function planned(folder: string, name: string, text: string): Planned {
  const hidden = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  return { path: join(folder, `${name}.yaml`), staged: `${hidden}.new`, former: `${hidden}.old`, text };
}

/** Puts a file that is there aside. A folder of that name stays, and is in the way. */
async function keepFormer({ path, former }: Planned): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there && !there.isDirectory()) await rename(path, former);
}

/** Puts every former file into its place again; answers those that could not be. They stay where they are: they are somebody's only copy. */
async function putBack(plan: readonly Planned[]): Promise<Planned[]> {
  const kept: Planned[] = [];
  for (const file of plan) {
    try {
      await rename(file.former, file.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') kept.push(file);
    }
  }
  return kept;
}

const notPutBack = (kept: readonly Planned[], cause: unknown): Failure =>
  new Failure(
    'not_put_back',
    `Not all was written, and what was there before could not be put back. It is safe: ${kept
      .map(({ path, former }) => `${printable(former)} was ${printable(path)}`)
      .join('; ')}. Move it there by hand.`,
    { cause },
  );

function explained(error: unknown, folder: string, force: boolean): Failure {
  const { code, dest } = error as NodeJS.ErrnoException & { dest?: string };
  if (code === 'EEXIST' && !force) {
    return new Failure(
      'exists',
      `${dest ?? folder} is there already, so nothing was written. --force puts the new file in its place.`,
      { cause: error },
    );
  }
  return new Failure(
    'not_written',
    `Nothing was written into ${printable(folder)} (${code}). Look at its permissions.`,
    { cause: error },
  );
}
