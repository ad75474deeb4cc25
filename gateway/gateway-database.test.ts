import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newPassword, provisionRole, roleUrl } from '../core/postgres-role.ts';
import { readableLog } from '../test/support/log-lines.ts';
import { testAdminUrl, testDatabase } from '../test/support/postgres.ts';
import { findAccount } from './authorization-server/accounts.ts';
import { openGatewayDatabase } from './gateway-database.ts';

test('logs that a given password replaced another one, and not the password', async () => {
  const url = await testDatabase('gateway');
  const { log, lines, text } = readableLog();
  for (const password of ['the first password', 'another password']) {
    const database = openGatewayDatabase({ url, password, onNewPassword: async () => undefined, log });
    await database.prepare();
    await database.close();
  }
  expect(lines()).toEqual([
    expect.objectContaining({ level: 40, msg: expect.stringMatching(/^MOORING_ADMIN_PASSWORD replaced/) }),
  ]);
  expect(text()).not.toContain('another password');
});

test('a database that is not there yet can be asked again until it is', async () => {
  const role = `gateway_${randomBytes(4).toString('hex')}`;
  const [adminUrl, password] = [await testAdminUrl(), newPassword()];
  const { log } = readableLog();
  const url = roleUrl(adminUrl, role, password);
  const database = openGatewayDatabase({
    url,
    firstPassword: 'mounted password',
    onNewPassword: async () => undefined,
    log,
  });
  await expect(database.prepare()).rejects.toMatchObject({ code: 'database_away' });
  await provisionRole(adminUrl, role, password);
  await database.prepare();
  expect(await findAccount(database.tables, 'admin')).toMatchObject({ name: 'admin' });
  await database.close();
});
