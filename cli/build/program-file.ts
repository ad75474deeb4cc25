import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';

/**
 * The file that a relative `spec.binary` names, links followed. A manifest may come from a stranger, and an image goes to a registry: only what
 * lies in the folder of the manifest is taken. Throws `program_missing`, `program_outside`.
 */
export async function programFile({
  folder,
  binary,
}: {
  readonly folder: string;
  readonly binary: string;
}): Promise<string> {
  const written = resolve(folder, binary);
  const [home, file] = await Promise.all([realpath(folder), realpath(written).catch(() => undefined)]);
  if (file === undefined || !(await stat(file)).isFile()) {
    throw new Failure(
      'program_missing',
      `There is no program ${printable(written)}. Build it first, or correct spec.binary, which is relative to the manifest.`,
    );
  }
  if (!file.startsWith(join(home, sep)) || !written.startsWith(join(folder, sep))) {
    throw new Failure(
      'program_outside',
      `${printable(written)} lies outside the folder of its manifest, and only what is in that goes into an image. Copy it there.`,
    );
  }
  return file;
}
