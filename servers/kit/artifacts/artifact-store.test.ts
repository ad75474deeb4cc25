import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { artifactStore, serverDatabase, sql, type Migrations, type ServerDatabase } from '../index.ts';
import type { Artifact } from './artifact.ts';

const { log } = readableLog();
let database: ServerDatabase<object>;

beforeAll(async () => {
  const DATABASE_URL = await testDatabase('artifacts');
  database = serverDatabase({ DATABASE_URL }, { migrations: {}, artifacts: true, log });
  database.start();
  await vi.waitFor(async () => database.ready(), { timeout: 10_000, interval: 20 });
});
beforeEach(async () => {
  await sql`delete from kit_artifacts`.execute(database.use());
});
afterAll(async () => database.close());

const text = (title: string, characters = 1): Artifact => ({ type: 'markdown', title, text: 'x'.repeat(characters) });
const rows = async (): Promise<number> => {
  const { rows: found } = await sql<{ count: string }>`select count(*) from kit_artifacts`.execute(database.use());
  return Number(found[0]?.count);
};

test('what was kept is read by who owns it, as it was', async () => {
  const store = artifactStore(database);
  const artifact: Artifact = {
    type: 'json',
    title: 'Odd',
    value: { nul: '\0', half: '\ud800', deep: [1, null, { a: [] }] },
  };
  const { id, expiresAt } = await store.keep('ada', artifact);
  expect(await store.read('ada', id)).toEqual(artifact);
  expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(29 * 86_400_000);
});

test('nobody else reads or lists it', async () => {
  const store = artifactStore(database);
  const { id } = await store.keep('ada', text('mine'));
  for (const other of ['bob', '', 'Ada', 'ada ', 'ad']) {
    expect(await store.read(other, id)).toBeUndefined();
    expect(await store.list(other, undefined)).toEqual({ artifacts: [], next: undefined });
  }
  for (const wrong of ['', 'x', `${id}'`, id.toUpperCase(), '00000000-0000-0000-0000-000000000000']) {
    expect(await store.read('ada', wrong)).toBeUndefined();
  }
});

test('the list has the newest first, in pages that miss and repeat nothing', async () => {
  const store = artifactStore(database);
  for (let index = 0; index < 120; index += 1) await store.keep('ada', text(`n ${index}`));
  await store.keep('bob', text('his'));
  const titles: string[] = [];
  let after: string | undefined;
  do {
    const { artifacts, next } = await store.list('ada', after);
    expect(artifacts.length).toBeLessThanOrEqual(50);
    titles.push(...artifacts.map(({ title }) => title));
    after = next;
  } while (after !== undefined);
  // Of one millisecond, the order is that of ids; no two of different ones change places.
  expect(titles.toSorted()).toEqual(Array.from({ length: 120 }, (_, index) => `n ${index}`).toSorted());
  expect(titles.indexOf('n 119')).toBeLessThan(titles.indexOf('n 0'));
});

test('a forged cursor begins somewhere in the own list', async () => {
  const store = artifactStore(database);
  await store.keep('ada', text('mine'));
  await store.keep('bob', text('his'));
  for (const cursor of [
    'x',
    '',
    '999999999999999 ffffffff-ffff-ffff-ffff-ffffffffffff',
    '0 00000000-0000-0000-0000-000000000000',
  ]) {
    const { artifacts } = await store.list('ada', cursor);
    expect(artifacts.map(({ title }) => title).filter((title) => title !== 'mine')).toEqual([]);
  }
});

test('above the bytes of an owner the oldest go, and only theirs', async () => {
  const store = artifactStore(database, { maxOwnerBytes: 3000 });
  const { id: his } = await store.keep('bob', text('his', 1000));
  const kept: string[] = [];
  for (const title of ['one', 'two', 'three', 'four']) {
    kept.push((await store.keep('ada', text(title, 900))).id);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { artifacts } = await store.list('ada', undefined);
  expect(artifacts.map(({ title }) => title)).toEqual(['four', 'three', 'two']);
  expect(await store.read('ada', kept[0] ?? '')).toBeUndefined();
  expect(await store.read('bob', his)).toBeDefined();
});

test('what has expired is not there, and is deleted by the next sweep', async () => {
  const [short, long] = [artifactStore(database, { retentionDays: -1 }), artifactStore(database)];
  const { id } = await short.keep('ada', text('old'));
  await long.keep('ada', text('new'));
  expect(await long.read('ada', id)).toBeUndefined();
  expect((await long.list('ada', undefined)).artifacts.map(({ title }) => title)).toEqual(['new']);
  expect(await rows()).toBe(2);
  expect(await long.sweep()).toBe(1);
  expect(await rows()).toBe(1);
});

test('its tables are made beside the server’s own, and stay when the server adds to those', async () => {
  const DATABASE_URL = await testDatabase('artifacts');
  const create = (name: string): Migrations => ({
    [name]: { up: async (db) => db.schema.createTable(name).execute() },
  });
  const open = async (migrations: Migrations) => {
    const opened = serverDatabase({ DATABASE_URL }, { migrations, artifacts: true, log });
    opened.start();
    await vi.waitFor(async () => opened.ready(), { timeout: 10_000, interval: 20 });
    return opened;
  };
  const before = await open(create('mine'));
  const { id } = await artifactStore(before).keep('ada', text('kept'));
  await before.close();
  const after = await open({ ...create('mine'), ...create('more') });
  expect(await artifactStore(after).read('ada', id)).toEqual(text('kept'));
  await after.close();
});
