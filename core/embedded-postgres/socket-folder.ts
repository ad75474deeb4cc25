import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessGuard } from '../process-guard.ts';
import type { Account } from './account.ts';

/** unix(7): sun_path holds 108 bytes with the closing zero, on macOS 104. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

/** PostgreSQL's name of the socket of port 5432. */
const SOCKET = '.s.PGSQL.5432';

/** The folder of the socket: the one in the cluster, or, where clients could not name a socket there, a short one that ends with Mooring. */
export async function socketFolder(
  preferred: string,
  account: Account | undefined,
  guard: ProcessGuard,
): Promise<string> {
  if (fits(preferred)) return preferred;
  const base = [tmpdir(), '/tmp'].find((folder) => fits(join(folder, 'mooring-XXXXXX'))) ?? '/tmp';
  // mkdtemp makes it 0700.
  const folder = await mkdtemp(join(base, 'mooring-'));
  guard.removeAtEnd(folder);
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

const fits = (folder: string): boolean => Buffer.byteLength(join(folder, SOCKET)) <= LONGEST_PATH;
