import type { Kysely } from 'kysely';
import { Failure } from '../../core/failure.ts';
import { findAccount, findPasswordHash, PASSWORD_LENGTH, type Account } from './accounts.ts';
import type { AttemptLimit, Attempts } from './attempts.ts';
import { verifyPassword } from './password-hash.ts';
import type { AuthorizationServerTables } from './tables.ts';

const WINDOW_SECONDS = 15 * 60;
/** Longer than any name that is given out. */
const NAME_LENGTH = 64;

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Who asks: peerKey(). */
  readonly peer: string;
}

export interface SignInOptions {
  readonly database: Kysely<AuthorizationServerTables>;
  readonly attempts: Attempts;
  /** Failed sign-ins of one account, and from one address, in 15 minutes. */
  readonly maxAttempts: () => number;
}

/**
 * Checks a name and a password. Fails with `sign_in_failed` (403), the same for an unknown name and a wrong password, or
 * with `too_many_attempts` (429) before looking at the password: an attempt counts as failed until it has succeeded, so that
 * many at the same moment are no way around the limit.
 */
export function createSignIn({ database, attempts, maxAttempts }: SignInOptions) {
  return async ({ username, password, peer }: Credentials): Promise<Account> => {
    const name = username.trim().slice(0, NAME_LENGTH);
    const limit = (kind: string): AttemptLimit => ({ kind, seconds: WINDOW_SECONDS, max: maxAttempts() });
    const [ofPeer, ofAccount] = [limit('sign-in from'), limit('sign-in of')];
    if (!(await attempts.take(ofPeer, peer)) || !(await attempts.take(ofAccount, name))) throw tooManyAttempts();

    const fits = password.length <= PASSWORD_LENGTH.max;
    const isRight = await verifyPassword(fits ? password : '', await findPasswordHash(database, name));
    const account = isRight && fits ? await findAccount(database, name) : undefined;
    if (!account)
      throw new Failure('sign_in_failed', 'Name or password is not right. Check both and try again.', { status: 403 });

    await attempts.forgive(ofPeer, peer);
    await attempts.forgive(ofAccount, name);
    return account;
  };
}

export type SignIn = ReturnType<typeof createSignIn>;

const tooManyAttempts = (): Failure =>
  new Failure('too_many_attempts', 'There were too many failed sign-ins. Wait 15 minutes, then try again.', {
    status: 429,
    headers: { 'retry-after': String(WINDOW_SECONDS) },
  });
