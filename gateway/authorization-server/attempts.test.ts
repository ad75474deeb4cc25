import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAttempts, deleteOldAttempts, peerKey } from './attempts.ts';
import type { AuthorizationServerTables } from './tables.ts';
import { testTables } from './testing/rig.ts';

let database: Kysely<AuthorizationServerTables>;

beforeAll(async () => {
  database = await testTables();
});
afterAll(async () => database?.destroy());

const limit = (kind: string) => ({ kind, seconds: 60, max: 2 });

test('counts for each kind and key apart, and forgets', async () => {
  const attempts = createAttempts(database);
  const take = (key: string, kind = 'a') => attempts.take(limit(kind), key);
  expect([await take('x'), await take('x'), await take('x')]).toEqual([true, true, false]);
  expect([await take('y'), await take('x', 'b')]).toEqual([true, true]);
  await attempts.forgive(limit('a'), 'x');
  expect(await take('x')).toBe(true);
});

test('many at the same moment are no way around the limit', async () => {
  const attempts = createAttempts(database);
  const taken = await Promise.all(Array.from({ length: 8 }, () => attempts.take(limit('parallel'), 'x')));
  expect(taken.filter(Boolean)).toHaveLength(2);
});

test('what is older than the window does not count, and is deleted after an hour', async () => {
  const attempts = createAttempts(database);
  const age = (seconds: number) => new Date(Date.now() - seconds * 1000);
  await database
    .insertInto('attempt')
    .values([61, 61, 3601].map((seconds) => ({ kind: 'old', key: 'x', made_at: age(seconds) })))
    .execute();
  expect(await attempts.take(limit('old'), 'x')).toBe(true);
  await deleteOldAttempts(database);
  expect(await database.selectFrom('attempt').select('key').where('kind', '=', 'old').execute()).toHaveLength(3);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, ''],
])('%s is counted as %s', (address, key) => expect(peerKey(address)).toBe(key));
