import { readFile } from 'node:fs/promises';
import { Client, type DatabaseError, escapeLiteral } from 'pg';
import { Failure } from '../failure.ts';
import { scramVerifier } from '../postgres-role.ts';
import { writePrivateFile } from '../private-file.ts';

interface AdminLogin {
  /** Holds the password that the superuser has. */
  readonly file: string;
  /** Connection URL of the superuser with this password. */
  readonly urlWith: (password: string) => string;
}

/** It is on this machine, and may be recovering. */
const CONNECT_TIMEOUT_MS = 10_000;

/** PostgreSQL, appendix A. */
const INVALID_PASSWORD = '28P01';

/**
 * Gives the superuser of a running server this password (printable ASCII), and remembers it in the file.
 * @throws Failure `postgres_password_not_set`.
 */
export async function changeAdminPassword(password: string, { file, urlWith }: AdminLogin): Promise<void> {
  const former = await readFile(file, 'utf8');
  if (former === password) return;
  try {
    // The new one works where the last change was interrupted before the file was written.
    const admin = (await login(urlWith(former))) ?? (await login(urlWith(password)));
    if (!admin) throw new Error('neither the password of the file nor the new one is right');
    try {
      await admin.query(`alter role postgres password ${escapeLiteral(await scramVerifier(password))}`);
    } finally {
      await admin.end();
    }
    await writePrivateFile(file, password);
  } catch (cause) {
    throw new Failure(
      'postgres_password_not_set',
      `The password of the embedded PostgreSQL could not be changed. The log has the cause; ${file} has to hold the one that is valid.`,
      { status: 503, cause },
    );
  }
}

/** Undefined where the password is wrong. */
async function login(url: string): Promise<Client | undefined> {
  const client = new Client({
    connectionString: url.replace('/mooring?', '/postgres?'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    if ((error as DatabaseError).code === INVALID_PASSWORD) return undefined;
    throw error;
  }
}
