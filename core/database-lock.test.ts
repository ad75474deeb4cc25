import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readableLog } from '../test/support/log-lines.ts';
import { lockDatabase } from './database-lock.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.ts';
import { startProcessGuard } from './process-guard.ts';

const guard = startProcessGuard();
const folder = mkdtempSync(join(tmpdir(), 'mooring-lock-'));
guard.removeAtEnd(folder);
// Of its own, not that of the test run: the lock is for a whole server.
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ folder, guard, log: readableLog().log });
});
afterAll(async () => {
  await postgres.stop();
  await guard.stop();
});

/** The database that every server has, where the lock lies. */
const commonUrl = () => Object.assign(new URL(postgres.adminUrl), { pathname: '/postgres' }).href;

async function query(statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: commonUrl() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Ends the connections that hold or want the lock, as a restart of the database does. */
const cutOff = async () =>
  query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mooring-lock'`);

test('a second Mooring is refused, also for another database of the server, until the first one lets go', async () => {
  const { log } = readableLog();
  const first = await lockDatabase(postgres.adminUrl, log);
  const other = Object.assign(new URL(postgres.adminUrl), { pathname: '/elsewhere' }).href;
  await expect(lockDatabase(other, log)).rejects.toMatchObject({
    code: 'database_in_use',
    message: expect.stringContaining('Stop that one'),
  });
  // One that is about to start waits for one that is about to stop.
  const second = lockDatabase(other, log);
  await first.release();
  await (await second).release();
});

test('a lost lock is taken again', async () => {
  const { log, text } = readableLog();
  const lock = await lockDatabase(postgres.adminUrl, log);
  await cutOff();
  await expect.poll(text, { timeout: 10_000 }).toContain('The database is reserved again');
  await expect(lockDatabase(postgres.adminUrl, log)).rejects.toMatchObject({ code: 'database_in_use' });
  await lock.release();
});

test('where somebody else took it meanwhile, the log says so', async () => {
  const { log, text } = readableLog();
  const first = await lockDatabase(postgres.adminUrl, log);
  const thief = new Client({
    connectionString: Object.assign(new URL(postgres.adminUrl), { pathname: '/postgres' }).href,
  });
  await thief.connect();
  // It waits in line, so that it comes first.
  const stolen = thief.query('select pg_advisory_lock($1, $2)', [0x6d_6f_6f_72, 0x6c_6f_63_6b]);
  await expect
    .poll(async () => query(`select 1 from pg_locks where locktype = 'advisory' and not granted`))
    .toHaveLength(1);
  await cutOff();
  await stolen;
  await expect.poll(text, { timeout: 10_000 }).toContain('Another Mooring uses the PostgreSQL server');
  await first.release();
  await thief.end();
  await (await lockDatabase(postgres.adminUrl, log)).release();
});

test('a server that is not there is named without the password', async () => {
  const failure = lockDatabase('postgresql://dba:mistaken@127.0.0.1:1/shop', readableLog().log);
  await expect(failure).rejects.toMatchObject({ code: 'database_unreachable' });
  await expect(failure).rejects.not.toThrow('mistaken');
});
