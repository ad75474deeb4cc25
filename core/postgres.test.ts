import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Kysely, sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testAdminUrl, testDatabase } from '../test/support/postgres.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { createLog } from './log.ts';
import { openDatabase } from './postgres.ts';

const log = createLog('test');
log.level = 'fatal';

const setting = async (db: Kysely<unknown>, name: string): Promise<string | undefined> =>
  (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(db)).rows[0]?.value;

const backend = async (db: Kysely<unknown>): Promise<number> =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid ?? 0;

/** The administrator ends connections, as a restart of the server does. */
async function cutOff(pid: number): Promise<void> {
  await using admin = openDatabase(await testAdminUrl(), { max: 1, log });
  await sql`select pg_terminate_backend(${pid}, 5000)`.execute(admin);
}

test('connections carry limits of time and the name of the component', async () => {
  const url = await testDatabase('gateway');
  await using db = openDatabase<unknown>(url, { max: 1, log });
  expect(await setting(db, 'statement_timeout')).toBe('30s');
  expect(await setting(db, 'idle_in_transaction_session_timeout')).toBe('30s');
  expect(await setting(db, 'application_name')).toBe(`mooring-${parseDatabaseUrl(url).username}`);
});

test('a connection that is lost while nobody uses it is replaced', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 1, log });
  const first = await backend(db);
  await cutOff(first);
  expect(await backend(db)).not.toBe(first);
});

test('a connection that is lost within a transaction fails that transaction only', async () => {
  await using db = openDatabase<unknown>(await testDatabase('gateway'), { max: 1, log });
  const interrupted = db.transaction().execute(async (transaction) => {
    await cutOff(await backend(transaction));
    // Between two queries nobody listens to the connection but us.
    await new Promise(setImmediate);
    await backend(transaction);
  });
  await expect(interrupted).rejects.toThrow(/not queryable|terminat/);
  expect(await backend(db)).toBeGreaterThan(0);
});

test('a server that accepts and then says nothing is given up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as { port: number };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await using db = openDatabase<unknown>(`postgresql://a:b@127.0.0.1:${port}/mooring`, { max: 1, log });
  const accepted = once(silent, 'connection');
  const outcome = backend(db).catch(String);
  await accepted;
  vi.advanceTimersByTime(5000);
  expect(await outcome).toMatch(/timeout/);
});
