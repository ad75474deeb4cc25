import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAdminAccount } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import type { AuthorizationServerTables } from './tables.ts';
import { PASSWORD, testTables } from './testing/rig.ts';

let database: Kysely<AuthorizationServerTables>;
let signIn: SignIn;

beforeAll(async () => {
  database = await testTables();
  await ensureAdminAccount({ database, password: PASSWORD, onNewPassword: async () => {} });
  signIn = createSignIn({ database, attempts: createAttempts(database), maxAttempts: () => 2 });
});
afterAll(async () => database?.destroy());

const code = async (username: string, password: string, peer: string) =>
  signIn({ username, password, peer }).then(
    ({ name }) => name,
    (error: { code: string }) => error.code,
  );

test('the limit of an account holds whatever addresses the attempts come from', async () => {
  expect(await code(' admin ', PASSWORD, 'a')).toBe('admin');
  expect(await code('admin', 'wrong', 'b')).toBe('sign_in_failed');
  expect(await code('admin', 'wrong', 'c')).toBe('sign_in_failed');
  expect(await code('admin', PASSWORD, 'd')).toBe('too_many_attempts');
});

test('the limit of an address holds whatever names are tried, and touches no other address', async () => {
  expect(await code('x', 'wrong', 'e')).toBe('sign_in_failed');
  expect(await code('y', 'wrong', 'e')).toBe('sign_in_failed');
  expect(await code('z', 'wrong', 'e')).toBe('too_many_attempts');
  expect(await code('z', 'wrong', 'f')).toBe('sign_in_failed');
});

test('input of any length is an ordinary failure', async () => {
  expect(await code('n'.repeat(10_000), 'p'.repeat(10_000), 'g')).toBe('sign_in_failed');
});
