import { join } from 'node:path';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import type { HomePaths } from '../../core/home.ts';
import { readFileIfThere, writePrivateFile } from '../../core/private-file.ts';
import type { ImportedServer } from './finish-draft.ts';
import { headersSecret } from './draft.ts';

/** Which host a folder of headers is for; the gateway sends them to no other (docs/remote-servers.md). */
const HOST_FILE = '.remote-host';

/** Writes the secrets whose values were found, each a file that only its owner can read. What is there already is kept unless `force`. Throws `not_written`. */
export async function writeSecrets(
  paths: Pick<HomePaths, 'secret'>,
  servers: readonly ImportedServer[],
  force: boolean,
): Promise<{ written: string[]; kept: string[] }> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, content] of servers.flatMap((server) => filesOf(paths, server))) {
    try {
      const there = await readFileIfThere(path);
      if (there === content) continue;
      if (there !== undefined && !force) kept.push(path);
      else {
        await writePrivateFile(path, content);
        written.push(path);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new Failure('not_written', `${printable(path)} cannot be written (${code}). Look at its permissions.`);
    }
  }
  return { written, kept };
}

function filesOf(paths: Pick<HomePaths, 'secret'>, { manifest, secrets }: ImportedServer): [string, string][] {
  const known = secrets.flatMap(({ secret, key, value }): [string, string][] =>
    value === undefined || value === '' || !isPlain(key) ? [] : [[paths.secret(secret, key), value]],
  );
  const { metadata, spec } = manifest;
  const host = spec.remote ? URL.parse(spec.remote.url)?.host : undefined;
  const hasHeaders = secrets.some(({ secret }) => secret === headersSecret(metadata.name));
  return hasHeaders && host !== undefined
    ? [...known, [join(paths.secret(headersSecret(metadata.name), ''), HOST_FILE), host]]
    : known;
}

/** Keys come from strangers and become names of files; what names another folder never gets this far as a legal variable or header. */
const isPlain = (key: string): boolean => /^[-_a-zA-Z0-9][-._a-zA-Z0-9]*$/.test(key);
