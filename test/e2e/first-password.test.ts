import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startMooring, until } from '../support/mooring.ts';
import { processesOf } from '../support/processes-of.ts';

const NO_PASSWORD = { env: { MOORING_ADMIN_PASSWORD: undefined }, ready: [] };
/** What is shown on a terminal: the line of admin, and the password in it. */
const SHOWN = /Sign in as admin with the password {2}(\S{16,})/g;

test('on a terminal the password is shown on the first start, never again, and is in no file', async () => {
  await using mooring = await startMooring({ ...NO_PASSWORD, terminal: true });
  const [[, password = ''] = []] = mooring.output().matchAll(SHOWN);
  expect(password).not.toBe('');
  await expect(stat(join(mooring.home, 'admin-password'))).rejects.toThrow('ENOENT');

  await mooring.stop();
  await until(async () => (await processesOf(mooring.home)).length === 0, 'the end of every process');
  await mooring.start();
  await expect(stat(join(mooring.home, 'admin-password'))).rejects.toThrow('ENOENT');
  expect(mooring.output().split(password)).toHaveLength(2);
  expect([...mooring.output().matchAll(SHOWN)]).toHaveLength(1);
});

test('without a terminal it lies in a private file', async () => {
  await using mooring = await startMooring(NO_PASSWORD);
  const file = join(mooring.home, 'admin-password');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const password = (await readFile(file, 'utf8')).trim();
  expect(password.length).toBeGreaterThanOrEqual(16);
  expect(mooring.output()).not.toContain(password);
  for (const name of ['control.sock', 'keys/gateway.json', 'keys/operator.json']) {
    expect((await stat(join(mooring.home, name))).mode & 0o077).toBe(0);
  }
});
