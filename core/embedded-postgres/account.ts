import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../failure.ts';

/** Who the server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Made by Mooring's image and by the packages of PostgreSQL; the last one exists everywhere. */
const CANDIDATES = ['mooring', 'postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so root lends it another account: the one that the data belongs to, else the first
 * candidate. undefined where we are not root: then the server runs as we do.
 */
export async function serverAccount(dataFolder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const data = await stat(dataFolder).catch(() => undefined);
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const account = CANDIDATES.map((name) => accounts.get(name)).find((found) => found !== undefined);
  // initdb looks its own account up by id, so an id without an entry does not do.
  if (account) return account;
  throw new Failure(
    'postgres_no_account',
    `PostgreSQL does not run as root, and /etc/passwd has none of the accounts ${CANDIDATES.join(', ')} to run it as. Add one, start Mooring as another user, or set DATABASE_URL.`,
  );
}

/** passwd(5): `name:password:uid:gid:…`. */
function parsePasswd(text: string): Map<string, Account> {
  const fields = text.split('\n').map((line) => line.split(':'));
  return new Map(
    fields
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }] as const)
      .filter(([, { uid, gid }]) => uid > 0 && gid > 0),
  );
}
