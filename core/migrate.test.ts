import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../test/support/postgres.ts';
import { createLog } from './log.ts';
import { migrate, type Migrations } from './migrate.ts';
import { openDatabase } from './postgres.ts';

const log = createLog('test');

const ONE: Migrations = {
  '001-things': {
    async up(db) {
      // Slow enough for another replica to come in between.
      await sql`select pg_sleep(0.1)`.execute(db);
      await db.schema.createTable('things').addColumn('n', 'integer').execute();
    },
  },
};
const TWO: Migrations = {
  '002-row': { up: async (db) => void (await sql`insert into things values (1)`.execute(db)) },
  ...ONE,
};
const BROKEN: Migrations = {
  ...TWO,
  '003-more': { up: async (db) => void (await sql`insert into things values (2)`.execute(db)) },
  '004-broken': { up: async (db) => void (await sql`insert into nothing values (1)`.execute(db)) },
};

const things = async (db: Kysely<unknown>): Promise<unknown[]> =>
  (await sql<{ n: number }>`select n from things order by n`.execute(db)).rows.map(({ n }) => n);

test('what is missing runs once, in the order of the names, in the schema of the role', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 2, log });
  expect(await migrate(db, ONE)).toEqual(['001-things']);
  expect(await migrate(db, TWO)).toEqual(['002-row']);
  expect(await migrate(db, TWO)).toEqual([]);
  expect(await things(db)).toEqual([1]);
  const { rows } = await sql`select count(*)::int as tables from pg_tables where schemaname = current_schema()`.execute(
    db,
  );
  expect(rows).toEqual([{ tables: 3 }]);
});

test('replicas that start at once do the work once', async () => {
  const url = await testDatabase('gateway');
  const ran = await Promise.all(
    Array.from({ length: 4 }, async () => {
      await using db = openDatabase<unknown>(url, { max: 2, log });
      return await migrate(db, TWO);
    }),
  );
  expect(ran.flat().sort()).toEqual(['001-things', '002-row']);
  await using db = openDatabase<unknown>(url, { max: 1, log });
  expect(await things(db)).toEqual([1]);
});

test('a migration that fails leaves everything as it was, and is named', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 2, log });
  await migrate(db, TWO);
  await expect(migrate(db, BROKEN)).rejects.toMatchObject({
    code: 'database_migration_failed',
    message: expect.stringContaining('004-broken'),
  });
  expect(await things(db)).toEqual([1]);
});

test('a database that a newer version has used is refused', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 2, log });
  await migrate(db, TWO);
  await expect(migrate(db, ONE)).rejects.toMatchObject({ code: 'database_migration_failed' });
});

test('a migration may take longer than a query, and queries keep their limit', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 1, log });
  await sql`set statement_timeout = 50`.execute(db);
  expect(await migrate(db, ONE)).toEqual(['001-things']);
  const { rows } = await sql`show statement_timeout`.execute(db);
  expect(rows).toEqual([{ statement_timeout: '30s' }]);
});
