import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Cause } from '../cause.ts';

/** Of PATH in a message: enough to see what is in it. */
const SHOWN_PATH = 600;

/**
 * The program that `spec.binary` names: by PATH like a shell where it is a bare name, else as a path, relative to the folder of the manifest.
 * Answers the Cause where there is none that can be run.
 */
export async function findProgram(
  binary: string,
  { path, folder }: { readonly path: string; readonly folder: string },
): Promise<string | Cause> {
  const isPath = binary.includes('/');
  const places = isPath
    ? [isAbsolute(binary) ? binary : resolve(folder, binary)]
    : path.split(delimiter).map((entry) => join(entry, binary));
  const found = await Promise.all(places.map(async (place) => ({ place, state: await stateOf(place) })));
  const runnable = found.find(({ state }) => state === 'runnable');
  if (runnable) return runnable.place;
  const locked = found.find(({ state }) => state === 'not executable');
  if (locked) {
    return {
      reason: 'BinaryNotExecutable',
      message: `${locked.place} is there, but Mooring may not execute it. Run: chmod +x ${locked.place}`,
      stalled: true,
    };
  }
  const message = isPath
    ? `There is no program ${places.join()}. Correct spec.binary, or put the program there; a relative path starts at the folder of the manifest.`
    : `There is no program "${binary}" on the PATH of Mooring. Install it, give its absolute path in spec.binary, or start Mooring ` +
      `with a PATH that has it. The PATH is: ${path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path}`;
  return { reason: 'BinaryNotFound', message, stalled: true };
}

async function stateOf(place: string): Promise<'absent' | 'runnable' | 'not executable'> {
  const file = await stat(place).catch(() => undefined);
  if (!file?.isFile()) return 'absent';
  return access(place, constants.X_OK).then(
    () => 'runnable',
    () => 'not executable',
  );
}
