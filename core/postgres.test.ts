import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../test/support/postgres.ts';
import { createLog } from './log.ts';
import { openDatabase } from './postgres.ts';

test('a role works in the schema of its own', async () => {
  const url = await testDatabase('gateway');
  await using db = openDatabase(url, { max: 2, log: createLog('test') });
  const { rows } = await sql<{ role: string; schema: string }>`
    select current_user as role, current_schema() as schema`.execute(db);
  expect(rows[0]?.schema).toBe(rows[0]?.role);
});
