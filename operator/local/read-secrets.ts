import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Of one key; a Secret on a cluster holds no more in all. */
const MAX_BYTES = 1024 * 1024;

/** More keys than this are a folder that was meant for something else. */
const MAX_KEYS = 256;

/** Called with the path of each file that users other than its owner have rights to. */
export type OnExposed = (path: string) => void;

/** The Secrets that are there, by name and key, from `$MOORING_HOME/secrets/<name>/<key>`. */
export async function readSecrets(
  names: readonly string[],
  folderOf: (name: string) => string,
  onExposed: OnExposed,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const read = await Promise.all(
    names.map(async (name) => [name, await readSecret(folderOf(name), onExposed)] as const),
  );
  return new Map(read.flatMap(([name, secret]) => (secret ? [[name, secret]] : [])));
}

async function readSecret(folder: string, onExposed: OnExposed): Promise<Readonly<Record<string, string>> | undefined> {
  const keys = await readdir(folder).catch(() => undefined);
  if (!keys) return undefined;
  const entries = keys
    .filter((key) => /^[-_a-zA-Z0-9][-._a-zA-Z0-9]*$/.test(key))
    .slice(0, MAX_KEYS)
    .map(async (key) => [key, await readKey(join(folder, key), onExposed)] as const);
  return Object.fromEntries((await Promise.all(entries)).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

/** Without the line break that editors and `echo` put at the end: nobody means it to be part of a password. */
async function readKey(path: string, onExposed: OnExposed): Promise<string | undefined> {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile() || file.size > MAX_BYTES) return undefined;
  if ((file.mode & 0o077) !== 0) onExposed(path);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text?.replace(/\r?\n$/, '');
}
