import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths } from '../../core/home.ts';
import { forgetToldPassword, tellAdminPassword } from './admin-password.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-password-'));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

test('without a terminal the password is in a file, until another one holds', async () => {
  const paths = homePaths(home);
  await tellAdminPassword('made-up', paths);
  expect(await readFile(paths.adminPassword, 'utf8')).toBe('made-up\n');
  await forgetToldPassword(paths);
  expect(existsSync(paths.adminPassword)).toBe(false);
  await forgetToldPassword(paths);
});

test('a file that cannot be written is named with the remedy, and no copy of the password stays', async () => {
  const paths = homePaths(home);
  await mkdir(paths.adminPassword);
  await expect(tellAdminPassword('made-up', paths)).rejects.toMatchObject({
    code: 'password_not_told',
    message: expect.stringMatching(`${paths.adminPassword} .*start again`),
  });
  expect(await readdir(home)).toEqual(['admin-password']);
});
