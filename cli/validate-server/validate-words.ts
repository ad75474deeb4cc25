import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import type { Format } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { validate } from '../validate.ts';
import { validateServer } from './validate-server.ts';

/** What a word means that is to be validated. */
type Meaning = 'files' | 'server';

/** Validates manifests and running servers, whichever the words mean; manifests first. Throws where something is not valid. */
export async function validateWords(words: readonly string[], options: PlaceOptions, output: Format): Promise<void> {
  const meanings = await Promise.all(words.map(async (word) => ({ word, meaning: await meaningOf(word, options) })));
  const meant = (wanted: Meaning): readonly string[] =>
    meanings.filter(({ meaning }) => meaning === wanted).map(({ word }) => word);
  const [files, servers] = [meant('files'), meant('server')];
  if (output !== undefined && servers.length > 0 && words.length > 1) {
    throw new Failure('usage', '-o takes the manifests, or one server at a time.');
  }
  const failures: Failure[] = [];
  const noting = async (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!(error instanceof Failure) || !FINDINGS.has(error.code)) throw error;
      failures.push(error);
    });
  if (files.length > 0 || servers.length === 0) await noting(validate(files, output));
  for (const server of servers) await noting(validateServer(server, options, output));
  if (failures[0]) throw failures[0];
}

const FINDINGS: ReadonlySet<string> = new Set(['invalid_manifests', 'invalid_server']);

/** NAMESPACE/NAME, of two labels (RFC 1123). */
const QUALIFIED_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Looks like a path, or is one here: files. A name that is both has to be said more clearly, unless a flag says which place is meant. */
async function meaningOf(word: string, options: PlaceOptions): Promise<Meaning> {
  if (QUALIFIED_NAME.test(word)) return existsSync(word) ? 'files' : 'server';
  if (word.includes('/') || /\.ya?ml$/.test(word)) return 'files';
  if (!existsSync(word)) return 'server';
  if (!(await isServer(word, options))) return 'files';
  if (Object.keys(options).length > 0) return 'server';
  throw new Failure(
    'usage',
    `${word} is a file or folder here, and a server: \`mooring validate ./${word}\` means the file; a flag of the place, as --home, means the server.`,
  );
}

/** Where nothing runs that could be asked, a word that is a file means the file. */
const isServer = async (word: string, options: PlaceOptions): Promise<boolean> =>
  inPlace(options, async (place) => {
    // A cluster that is configured and away would keep people waiting who only look at files.
    if (place.kind !== 'laptop' && Object.keys(options).length === 0) return false;
    const { servers } = await place.list();
    return servers.some(({ metadata }) => metadata.name === word);
  }).catch(() => false);
