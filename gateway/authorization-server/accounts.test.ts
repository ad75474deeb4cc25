import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAdminAccount, findAccount, findPasswordHash } from './accounts.ts';
import { verifyPassword } from './password-hash.ts';
import { createStateAdapter } from './state-adapter.ts';
import type { AuthorizationServerTables } from './tables.ts';
import { testTables } from './testing/rig.ts';

let database: Kysely<AuthorizationServerTables>;

beforeEach(async () => {
  database = await testTables();
});
afterEach(async () => database?.destroy());

const isPassword = async (password: string) => verifyPassword(password, await findPasswordHash(database, 'admin'));

test('without a password one is made for a new account, told once, and kept', async () => {
  const first = await ensureAdminAccount({ database });
  expect(first).toMatchObject({ created: true, changed: false });
  expect(first.password).toMatch(/^[0-9a-hj-km-np-tv-z]{5}(-[0-9a-hj-km-np-tv-z]{5}){3}$/);
  expect(await isPassword(first.password ?? '')).toBe(true);
  expect(await ensureAdminAccount({ database })).toEqual({ created: false, changed: false });
  expect(await findAccount(database, 'admin')).toEqual({ name: 'admin', scopes: ['admin'] });
  expect(await findAccount(database, 'nobody')).toBeUndefined();
});

test('a given password is the password, is not told, and replaces another one later', async () => {
  expect(await ensureAdminAccount({ database, password: 'first password' })).toEqual({ created: true, changed: false });
  expect(await ensureAdminAccount({ database, password: 'first password' })).toEqual({
    created: false,
    changed: false,
  });
  const sessions = createStateAdapter(database, 'Session');
  await sessions.upsert('s', { uid: 'u', accountId: 'admin' }, 60);

  expect(await ensureAdminAccount({ database, password: 'other password' })).toEqual({ created: false, changed: true });
  expect([await isPassword('first password'), await isPassword('other password')]).toEqual([false, true]);
  expect(await sessions.find('s')).toBeUndefined();
});

test('two replicas that start at once make one account, and only one of them tells a password', async () => {
  const outcomes = await Promise.all([ensureAdminAccount({ database }), ensureAdminAccount({ database })]);
  const told = outcomes.filter(({ password }) => password !== undefined);
  expect(told).toHaveLength(1);
  expect(await isPassword(told[0]?.password ?? '')).toBe(true);
});

test.each(['short', 'x'.repeat(257)])(
  'a password that cannot be accepted is refused with the remedy',
  async (password) => {
    await expect(ensureAdminAccount({ database, password })).rejects.toMatchObject({
      code: 'admin_password_unacceptable',
      message: expect.stringContaining('8 to 256 characters'),
    });
    expect(await findAccount(database, 'admin')).toBeUndefined();
  },
);
