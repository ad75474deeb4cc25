import { Failure } from '../core/failure.ts';
import { homePaths } from '../core/home.ts';
import { createLog } from '../core/log.ts';
import { openDatabase } from '../core/postgres.ts';
import { readFileIfThere, writePrivateFile } from '../core/private-file.ts';
import { rotateKek, type KeyFile } from '../servers/marketplace/secrets/rotate-kek.ts';
import type { Tables } from '../servers/marketplace/tables.ts';

/**
 * Gives the marketplace of a running Mooring a new key encryption key. In its pod (MOORING_KEK_FILE and DATABASE_URL are set) the file is a
 * Secret's, into which somebody has put the new key in front of the old one. Throws `no_kek`, `one_kek` and what PostgreSQL says.
 */
export async function rotateKekOf(home: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const paths = homePaths(home);
  const { MOORING_KEK_FILE: mounted, DATABASE_URL: given } = env;
  const path = mounted ?? paths.secret('marketplace-kek', 'kek');
  const url = given ?? (await readFileIfThere(paths.secret('marketplace-database', 'DATABASE_URL')));
  const keys = await readFileIfThere(path);
  if (keys === undefined || url === undefined) {
    throw new Failure('no_kek', `There is no key encryption key in ${home} yet. Is it the right --home?`);
  }
  if (mounted !== undefined && keys.trim().split(/\s+/).length === 1) {
    throw new Failure(
      'one_kek',
      'Put a new key of 32 bytes in base64url in front of the old one in Secret marketplace-kek, one a line, and wait until this pod has it.',
    );
  }
  const file: KeyFile = {
    read: async () => (await readFileIfThere(path)) ?? '',
    write: mounted === undefined ? async (text) => writePrivateFile(path, text) : undefined,
  };
  const db = openDatabase<Tables>(url.trim(), { max: 1, log: createLog('mooring') });
  try {
    const { rewrapped, oldKeys } = await rotateKek(db, file);
    const gone = mounted === undefined ? `${oldKeys} removed` : `${oldKeys} may be removed from Secret marketplace-kek`;
    process.stdout.write(`Data keys wrapped anew: ${rewrapped}. Old key encryption keys: ${gone}.\n`);
  } finally {
    await db.destroy();
  }
}
