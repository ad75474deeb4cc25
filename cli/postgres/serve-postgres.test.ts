import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { provisionRole } from '../../core/postgres-role.ts';
import { startProcessGuard } from '../../core/process-guard.ts';
import { freePort } from '../../test/support/cluster/ports-here.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');
const guard = startProcessGuard();
afterAll(() => guard.stop());

/** A pod's folders: a volume, and a Secret. */
async function pod() {
  const home = mkdtempSync(join(tmpdir(), 'mooring-pod-'));
  guard.removeAtEnd(home);
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, 'first-password\n');
  const port = await freePort();
  const url = (password: string, host = '127.0.0.1') => `postgresql://postgres:${password}@${host}:${port}/postgres`;
  const start = (): ChildProcess => {
    const args = ['postgres', '--data', join(home, 'data'), '--password-file', passwordFile, '--port', String(port)];
    const child = spawn(MOORING, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, MOORING_LOG_LEVEL: 'error' },
    });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    });
    return child;
  };
  return { home, passwordFile, url, start };
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const answers = (url: string) => vi.waitFor(async () => query(url, 'select 1 as n'), { timeout: 30_000, interval: 50 });

const anyAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

test('listens on every address, to passwords only, and lets components in', async () => {
  const { url, start } = await pod();
  start();
  await answers(url('first-password'));
  await expect(query(url('wrong'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
  const address = anyAddress();
  if (address) await answers(url('first-password', address));

  const component = await provisionRole(url('first-password').replace(/postgres$/, 'mooring'), 'gateway', 'secret');
  expect(await query(component, 'select current_user as name')).toEqual([{ name: 'gateway' }]);
  // Components have no business in the administrator's database.
  await expect(query(component.replace(/mooring$/, 'postgres'), 'select 1')).rejects.toMatchObject({ code: '28000' });
});

test('SIGTERM ends it in order within seconds, clients or not; the next start keeps the data', async () => {
  const { home, url, start } = await pod();
  const first = start();
  await answers(url('first-password'));
  await query(url('first-password'), 'create table kept as select 7 as n');
  const client = new Client({ connectionString: url('first-password') });
  client.on('error', () => {});
  await client.connect();
  const askedAt = performance.now();
  first.kill('SIGTERM');
  expect(await once(first, 'exit')).toEqual([0, null]);
  expect(performance.now() - askedAt).toBeLessThan(5000);
  expect(readdirSync(join(home, 'data', 'cluster', 'data'))).not.toContain('postmaster.pid');

  // What Kubernetes does to a volume for `fsGroup`.
  const data = join(home, 'data', 'cluster', 'data');
  chmodSync(data, 0o2770);
  start();
  await answers(url('first-password'));
  expect(await query(url('first-password'), 'select n from kept')).toEqual([{ n: 7 }]);
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

test('recovers from a kill of everything', async () => {
  const { home, url, start } = await pod();
  const first = start();
  await answers(url('first-password'));
  await query(url('first-password'), 'create table kept as select 7 as n');
  const server = Number(
    readFileSync(join(home, 'data', 'cluster', 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0],
  );
  first.kill('SIGKILL');
  process.kill(server, 'SIGKILL');
  await once(first, 'exit');
  start();
  await answers(url('first-password'));
  expect(await query(url('first-password'), 'select n from kept')).toEqual([{ n: 7 }]);
});

test('takes the password of the Secret, at the start and while it runs', async () => {
  const { passwordFile, url, start } = await pod();
  const first = start();
  await answers(url('first-password'));
  writeFileSync(passwordFile, 'second password');
  await answers(url('second%20password'));
  await expect(query(url('first-password'), 'select 1')).rejects.toMatchObject({ code: '28P01' });

  first.kill('SIGTERM');
  await once(first, 'exit');
  writeFileSync(passwordFile, 'third-password');
  start();
  await answers(url('third-password'));
});

test('says what is missing', async () => {
  const { passwordFile, start } = await pod();
  writeFileSync(passwordFile, '\n');
  const child = start();
  expect(await once(child, 'exit')).toEqual([1, null]);
});
