import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { eventually, isRunning, runningProcesses } from '../../test/support/processes.ts';
import { runScript, type Script } from '../../test/support/script.ts';
import { createLog } from '../log.ts';
import { newPassword, provisionRole } from '../postgres-role.ts';
import { openDatabase } from '../postgres.ts';
import { startProcessGuard } from '../process-guard.ts';
import { serverAccount } from './account.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const guard = startProcessGuard();
const log = createLog('test');
log.level = 'fatal';
const home = mkdtempSync(join(tmpdir(), 'mooring-postgres-'));
guard.removeAtEnd(home);
afterAll(() => guard.stop());

/** Most tests start on the same data, one after the other: as a user does. */
const folder = join(home, 'postgres');
const cluster = join(folder, 'cluster');
const lockFile = join(cluster, 'data', 'postmaster.pid');
const isRoot = process.getuid?.() === 0;

async function start(where = folder): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ folder: where, guard, log });
  onTestFinished(() => postgres.stop());
  return postgres;
}

/** A Mooring that only has a database, to be killed. */
function startApart(where = folder, account = {}): Script {
  const at = (file: string) => new URL(file, import.meta.url).href;
  const script = runScript(
    `import { startEmbeddedPostgres } from %embedded%;
     import { startProcessGuard } from %guard%;
     import { createLog } from %log%;
     const options = { folder: %folder%, guard: startProcessGuard(), log: createLog('test') };
     console.log('starting');
     console.log((await startEmbeddedPostgres(options)).adminUrl);`,
    { embedded: at('embedded-postgres.ts'), guard: at('../process-guard.ts'), log: at('../log.ts'), folder: where },
    account,
  );
  onTestFinished(() => script.kill());
  return script;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url.replace('/mooring?', '/postgres?') });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);
const serverId = (lock = lockFile): number => Number(readFileSync(lock, 'utf8').split('\n', 1)[0]);

test('the first start makes the data, closed to everybody else', async () => {
  const { adminUrl } = await start();
  expect(
    await query(
      adminUrl,
      `select datcollate, datlocale, datlocprovider, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'`,
    ),
  ).toEqual([{ datcollate: 'C', datlocale: 'C.UTF-8', datlocprovider: 'b', encoding: 'UTF8' }]);
  expect(mode(folder)).toBe('700');
  expect(mode(cluster)).toBe(isRoot ? '710' : '700');
  expect(mode(join(cluster, 'password'))).toBe('600');
  expect(statSync(join(cluster, 'password')).uid).toBe(process.getuid?.());
  expect(mode(join(cluster, 'data'))).toBe('700');
  expect(mode(join(cluster, 'socket'))).toBe('700');
  expect(readdirSync(folder)).not.toContainEqual(expect.stringMatching(/^new-/));

  const wrong = new URL(adminUrl);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await expect(query(adminUrl, 'show listen_addresses')).resolves.toEqual([{ listen_addresses: '' }]);
  await expect(query(adminUrl, 'show fsync')).resolves.toEqual([{ fsync: 'on' }]);
});

test.runIf(isRoot && process.platform === 'linux')(
  'root runs it as another account, from programs that only root can write',
  async () => {
    await start();
    const status = readFileSync(`/proc/${serverId()}/status`, 'utf8');
    const account = await serverAccount(join(cluster, 'data'));
    expect(account?.uid).toBeGreaterThan(0);
    expect(status).toContain(`Uid:\t${account?.uid}\t${account?.uid}\t${account?.uid}`);
    expect(status).toMatch(/^Groups:\s*$/m);
    const [command = ''] = readFileSync(`/proc/${serverId()}/cmdline`, 'utf8').split('\0');
    expect(command).toMatch(/^\/var\/lib\/mooring\/postgres-18\.[^/]+\/bin\/postgres$/);
    expect(mode(command)).toBe('755');
    expect(statSync(command).uid).toBe(0);
    // And although the way to the data is closed to that account.
    expect(mode(home)).toBe('700');
  },
);

test('a second start keeps the data', async () => {
  const first = await start();
  await query(first.adminUrl, 'create table if not exists kept as select 7 as answer');
  await first.stop();
  expect(existsSync(lockFile)).toBe(false);

  const second = await start();
  expect(second.adminUrl).toBe(first.adminUrl);
  expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 7 }]);
});

test('it ends with a Mooring that is killed, and the next start has everything that was committed', async () => {
  const script = startApart();
  await script.line();
  const url = await script.line();
  await query(url, 'create table if not exists written (n int)');
  const before = await query(url, 'select count(*)::int as n from written');
  await query(url, 'insert into written values (1)');
  const server = serverId();
  onTestFinished(() => void (isRunning(server) && process.kill(server, 'SIGQUIT')));
  const ours = runningProcesses().filter(({ parent }) => parent === script.pid);
  expect(ours.map(({ pid }) => pid)).toContain(server);

  await script.kill();
  await eventually('server and guard are gone', () => !ours.some(({ pid }) => isRunning(pid)));
  const { adminUrl } = await start();
  expect(await query(adminUrl, 'select count(*)::int as n from written')).toEqual([
    { n: Number(before[0]?.['n']) + 1 },
  ]);
});

test('a server that outlived both its Mooring and the guard is ended by the next start', async () => {
  const script = startApart();
  await script.line();
  await script.line();
  const orphan = serverId();
  const guards = runningProcesses().filter(({ parent, pid }) => parent === script.pid && pid !== orphan);
  process.kill(script.pid, 'SIGSTOP');
  for (const { pid } of guards) process.kill(pid, 'SIGKILL');
  await script.kill();
  expect(isRunning(orphan)).toBe(true);

  const { adminUrl } = await start();
  expect(isRunning(orphan)).toBe(false);
  expect(serverId()).not.toBe(orphan);
  expect(await query(adminUrl, 'select 1 as up')).toEqual([{ up: 1 }]);
});

test('a second Mooring on the same folder is refused, and the first one is not disturbed', async () => {
  const { adminUrl } = await start();
  await expect(start()).rejects.toMatchObject({ code: 'postgres_in_use', message: expect.stringContaining('--home') });
  const apart = startApart();
  await apart.line();
  await expect(apart.line()).rejects.toThrow(/postgres_in_use/);
  expect(await query(adminUrl, 'select 1 as up')).toEqual([{ up: 1 }]);
});

test('of two that start at once on a new folder, one runs and the other one is refused', async () => {
  const where = join(home, 'both');
  const outcomes = await Promise.allSettled([start(where), start(where)]);
  const running = outcomes.find((outcome) => outcome.status === 'fulfilled');
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toEqual([expect.objectContaining({ reason: expect.objectContaining({ code: 'postgres_in_use' }) })]);
  expect(await query(running?.value.adminUrl ?? '', 'select 1 as up')).toEqual([{ up: 1 }]);
  expect(readdirSync(where).filter((name) => name.startsWith('new-'))).toEqual([]);
});

test('a lock file whose process id went to another program does not stop the start', async () => {
  const postgres = await start();
  await postgres.stop();
  const account = await serverAccount(join(cluster, 'data'));
  const other = spawn('sleep', ['61'], { ...account, stdio: 'ignore' });
  onTestFinished(() => void other.kill());
  writeFileSync(lockFile, `${other.pid}\n${join(cluster, 'data')}\n`);
  await expect(start()).resolves.toBeDefined();
  expect(other.exitCode).toBeNull();
});

test('a first start that is killed half-way leaves nothing that hinders the next one', async () => {
  const where = join(home, 'interrupted');
  const script = startApart(where);
  await script.line();
  const halfMade = () => existsSync(where) && readdirSync(where).find((name) => name.startsWith('new-'));
  await eventually('initdb is at work', () => existsSync(join(where, halfMade() || '-', 'data', 'base')));
  await script.kill();
  await expect.poll(() => readdirSync(where), { timeout: 15_000 }).toEqual([]);

  const { adminUrl } = await start(where);
  expect(await query(adminUrl, 'select 1 as up')).toEqual([{ up: 1 }]);
});

test('where the path of the socket would be too long, it is in a short folder of its own, which goes with Mooring', async () => {
  const where = join(home, 'x'.repeat(100), 'postgres');
  const script = startApart(where);
  await script.line();
  const url = await script.line();
  const socketOf = (adminUrl: string) => decodeURIComponent(new URL(adminUrl).hostname);
  expect(Buffer.byteLength(`${socketOf(url)}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103);
  expect(mode(socketOf(url))).toBe('700');
  expect(await query(url, 'select 1 as up')).toEqual([{ up: 1 }]);
  await script.kill();
  await expect.poll(() => existsSync(socketOf(url)), { timeout: 15_000 }).toBe(false);

  const postgres = await startEmbeddedPostgres({ folder: where, guard, log });
  expect(await query(postgres.adminUrl, 'select 1 as up')).toEqual([{ up: 1 }]);
  await postgres.stop();
  expect(existsSync(socketOf(postgres.adminUrl))).toBe(false);
});

test('a server that ends by itself comes back, and open databases with it', async () => {
  const { adminUrl } = await start();
  const url = await provisionRole(adminUrl, 'gateway', newPassword());
  await using db = openDatabase<{ things: { n: number } }>(url, { max: 2, log });
  await db.schema.createTable('things').ifNotExists().addColumn('n', 'integer').execute();
  const killed = serverId();
  process.kill(killed, 'SIGKILL');
  await expect
    .poll(
      () =>
        db
          .selectFrom('things')
          .selectAll()
          .execute()
          .then(() => serverId()),
      { timeout: 15_000 },
    )
    .not.toBe(killed);
});

test('a server that cannot start says why', async () => {
  const where = join(home, 'broken');
  const postgres = await start(where);
  await postgres.stop();
  writeFileSync(join(where, 'cluster', 'data', 'PG_VERSION'), '17\n');
  await expect(start(where)).rejects.toMatchObject({
    code: 'postgres_not_started',
    detail: {
      outcome: 'exit code 1',
      lastLines: expect.arrayContaining([expect.stringMatching(/^FATAL:.*incompatible/)]),
    },
  });
});

/** An account that is not root's, and can read this checkout. */
const stranger = isRoot ? await serverAccount('/nonexistent') : undefined;
const strangerReads =
  stranger &&
  (await runScript('import %file%;', { file: new URL('account.ts', import.meta.url).href }, stranger).ended) === 0;

test.runIf(stranger && strangerReads)('a user who may not write to node_modules runs a copy, as himself', async () => {
  const where = mkdtempSync(join(tmpdir(), 'mooring-postgres-'));
  onTestFinished(() => rmSync(where, { recursive: true, force: true }));
  chmodSync(where, 0o777);
  const script = startApart(join(where, 'postgres'), stranger);
  await script.line();
  const url = await script.line();
  expect(await query(url, 'select 1 as up')).toEqual([{ up: 1 }]);
  const lock = join(where, 'postgres', 'cluster', 'data', 'postmaster.pid');
  const command = readFileSync(`/proc/${serverId(lock)}/cmdline`, 'utf8').split('\0')[0];
  expect(command?.startsWith(join(where, 'postgres', 'postgres-18'))).toBe(true);
  expect(statSync(join(where, 'postgres', 'cluster', 'password')).uid).toBe(stranger?.uid);
  await script.kill();
  await expect.poll(() => existsSync(lock), { timeout: 15_000 }).toBe(false);
});
