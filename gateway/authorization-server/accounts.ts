import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { Failure } from '../../core/failure.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { endSessions } from './state-adapter.ts';
import type { AuthorizationServerTables } from './tables.ts';

type Database = Kysely<AuthorizationServerTables>;

/** The account that is made on first start. It may grant every scope. */
export const ADMIN_ACCOUNT = 'admin';

export interface Account {
  readonly name: string;
  /** What it may grant: see scopes.ts. */
  readonly scopes: readonly string[];
}

export interface AdminAccountOptions {
  readonly database: Database;
  /** MOORING_ADMIN_PASSWORD. */
  readonly password?: string | undefined;
  /** Of a new account, where no other is given: a mounted Secret. Without both a password is made. */
  readonly firstPassword?: string | undefined;
  /** Told of a password that was made: it is stored nowhere in clear. Where telling fails, there is no account. */
  readonly onNewPassword: (password: string) => Promise<void>;
}

export interface AdminAccountOutcome {
  readonly created: boolean;
  /** The password of the account was another one, and is the given one now. */
  readonly changed: boolean;
}

/**
 * Makes the account `admin` where there is none. A given password always holds: where the account has another one, it is
 * changed and the account's browser sessions end, so that setting the variable is also how a forgotten password is replaced.
 * A first password is only that: pods start again at any time, and must not bring back one that was replaced meanwhile.
 * Safe when replicas start at once.
 */
export async function ensureAdminAccount(options: AdminAccountOptions): Promise<AdminAccountOutcome> {
  const { database, password, firstPassword, onNewPassword } = options;
  if (password !== undefined) assertAcceptable(password, 'MOORING_ADMIN_PASSWORD');
  const stored = await findPasswordHash(database, ADMIN_ACCOUNT);
  if (stored !== undefined) {
    if (password === undefined || (await verifyPassword(password, stored))) return { created: false, changed: false };
    await changePassword(database, ADMIN_ACCOUNT, password);
    return { created: false, changed: true };
  }
  if (firstPassword !== undefined) assertAcceptable(firstPassword, 'The first password of admin');
  const chosen = password ?? firstPassword ?? newPassword();
  const account = { name: ADMIN_ACCOUNT, password_hash: await hashPassword(chosen), scopes: ['admin'] };
  return database.transaction().execute(async (transaction) => {
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('account')
      .values(account)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    const created = numInsertedOrUpdatedRows > 0n;
    // Before the commit: nobody could sign in to an account whose password was never told.
    if (created && password === undefined && firstPassword === undefined) await onNewPassword(chosen);
    return { created, changed: false };
  });
}

export async function findAccount(database: Database, name: string): Promise<Account | undefined> {
  return database.selectFrom('account').select(['name', 'scopes']).where('name', '=', name).executeTakeFirst();
}

export async function findPasswordHash(database: Database, name: string): Promise<string | undefined> {
  const account = await database
    .selectFrom('account')
    .select('password_hash')
    .where('name', '=', name)
    .executeTakeFirst();
  return account?.password_hash;
}

async function changePassword(database: Database, name: string, password: string): Promise<void> {
  const password_hash = await hashPassword(password);
  await database.updateTable('account').set({ password_hash }).where('name', '=', name).execute();
  await endSessions(database, name);
}

/** Characters. NIST SP 800-63B section 3.1.1.2: no rules about kinds of characters, at least 8 of them, long ones allowed. */
export const PASSWORD_LENGTH = { min: 8, max: 256 } as const;

function assertAcceptable(password: string, what: string): void {
  if (password.length >= PASSWORD_LENGTH.min && password.length <= PASSWORD_LENGTH.max) return;
  throw new Failure(
    'admin_password_unacceptable',
    `${what} must have ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters. Set another one, or unset it and one is made.`,
  );
}

/** 20 characters of an alphabet of 32 without look-alikes (Crockford's base32): 100 bits, in groups that can be typed. */
function newPassword(): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const characters = Array.from(randomBytes(20), (byte) => alphabet[byte % alphabet.length]).join('');
  return characters.replace(/.{5}(?=.)/g, '$&-');
}
