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

/** What `ensureAdminAccount` did, and the passwords it told. */
async function ensure(password?: string) {
  const told: string[] = [];
  const outcome = await ensureAdminAccount({
    database,
    ...(password !== undefined && { password }),
    onNewPassword: async (made) => void told.push(made),
  });
  return { ...outcome, told };
}

test('without a password one is made for a new account, told once, and kept', async () => {
  const first = await ensure();
  expect(first).toMatchObject({ created: true, changed: false });
  expect(first.told).toEqual([expect.stringMatching(/^[0-9a-hj-km-np-tv-z]{5}(-[0-9a-hj-km-np-tv-z]{5}){3}$/)]);
  expect(await isPassword(first.told[0] ?? '')).toBe(true);
  expect(await ensure()).toEqual({ created: false, changed: false, told: [] });
  expect(await findAccount(database, 'admin')).toEqual({ name: 'admin', scopes: ['admin'] });
  expect(await findAccount(database, 'nobody')).toBeUndefined();
});

test('where the password cannot be told there is no account, and the next start tells another one', async () => {
  const onNewPassword = async () => Promise.reject(new Error('EISDIR'));
  await expect(ensureAdminAccount({ database, onNewPassword })).rejects.toThrow('EISDIR');
  expect(await findAccount(database, 'admin')).toBeUndefined();
  const { told } = await ensure();
  expect(await isPassword(told[0] ?? '')).toBe(true);
});

test('a given password is the password, is not told, and replaces another one later', async () => {
  expect(await ensure('first password')).toEqual({ created: true, changed: false, told: [] });
  expect(await ensure('first password')).toEqual({ created: false, changed: false, told: [] });
  const sessions = createStateAdapter(database, 'Session');
  await sessions.upsert('s', { uid: 'u', accountId: 'admin' }, 60);

  expect(await ensure('other password')).toEqual({ created: false, changed: true, told: [] });
  expect([await isPassword('first password'), await isPassword('other password')]).toEqual([false, true]);
  expect(await sessions.find('s')).toBeUndefined();
});

test('a first password is that of a new account, is not told, and replaces none', async () => {
  const ensureFirst = async (firstPassword: string) => {
    const onNewPassword = async () => Promise.reject(new Error('told'));
    return ensureAdminAccount({ database, firstPassword, onNewPassword });
  };
  expect(await Promise.all([ensureFirst('mounted password'), ensureFirst('mounted password')])).toHaveLength(2);
  expect(await isPassword('mounted password')).toBe(true);
  await ensure('chosen by a person');
  expect(await ensureFirst('mounted password')).toEqual({ created: false, changed: false });
  expect(await isPassword('chosen by a person')).toBe(true);
  await expect(ensureFirst('short')).resolves.toMatchObject({ created: false });
});

test('two replicas that start at once make one account, and only one of them tells a password', async () => {
  const outcomes = await Promise.all([ensure(), ensure()]);
  const told = outcomes.flatMap((outcome) => outcome.told);
  expect(told).toHaveLength(1);
  expect(await isPassword(told[0] ?? '')).toBe(true);
});

test.each(['short', 'x'.repeat(257)])(
  'a password that cannot be accepted is refused with the remedy',
  async (password) => {
    await expect(ensure(password)).rejects.toMatchObject({
      code: 'admin_password_unacceptable',
      message: expect.stringContaining('8 to 256 characters'),
    });
    expect(await findAccount(database, 'admin')).toBeUndefined();
  },
);
