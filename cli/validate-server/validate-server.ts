import { Failure } from '../../core/failure.ts';
import { interruptible } from '../interruptible.ts';
import { print, type Format } from '../output/format.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { checkServer } from './check-server.ts';
import { checkTable } from './check-table.ts';

/** Checks a running server as its clients would see it, and prints each check. Throws `invalid_server` where one fails. */
export async function validateServer(name: string, options: PlaceOptions, output: Format): Promise<void> {
  const checks = await interruptible(async (signal) =>
    inPlace(options, async (place) => checkServer(place, await findServer(place, name), signal)),
  ).catch(orNoFile);
  await print(output, {
    value: { server: name, checks },
    names: checks.filter(({ result }) => result === 'failed').map((check) => check.name),
    people: () => checkTable(name, checks),
  });
  if (checks.some(({ result }) => result === 'failed')) {
    throw new Failure('invalid_server', `Correct what is marked ✗ in ${name}.`);
  }
}

/** Nothing was found where servers are looked for: then the word may have been meant as a file. */
const NOTHING_FOUND: ReadonlySet<string> = new Set([
  'unknown_server',
  'not_running',
  'no_cluster',
  'not_installed',
  'unreachable',
]);

function orNoFile(error: unknown): never {
  if (!(error instanceof Failure) || !NOTHING_FOUND.has(error.code)) throw error;
  throw new Failure(error.code, `${error.message} Nor is there a file or folder of that name here.`);
}
