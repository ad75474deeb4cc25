import { join } from 'node:path';
import { Client } from 'pg';
import { beforeEach, expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runMarketplace, type RunningMarketplace, type SkillsClient } from '../testing/marketplace.ts';
import { findInTables } from './testing/raw-tables.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const SCOPES = ['user', 'secrets:read'];
const [ONE, TWO, NEWER] = ['FAKE-one-3f7a91', 'FAKE-two-8b20c4', 'FAKE-newer-5d1e77'];

let marketplace: RunningMarketplace;
let ada: SkillsClient;
/** Somebody who may write into the database. */
let raw: Client;
beforeEach(async () => {
  const kek = join(await temporaryFolder(), 'kek');
  await writePrivateFile(kek, newKek());
  marketplace = await runMarketplace({ MOORING_KEK_FILE: kek });
  ada = await marketplace.connect({ subject: 'ada', scopes: SCOPES });
  raw = new Client({ connectionString: marketplace.databaseUrl });
  await raw.connect();
  await ada.call('manage_secrets', { action: 'set', name: 'ONE', value: ONE });
  await ada.call('manage_secrets', { action: 'set', name: 'TWO', value: TWO });
  return async () => {
    await raw.end();
    await ada[Symbol.asyncDispose]();
    await marketplace[Symbol.asyncDispose]();
  };
});
const read = async (name: string, client = ada) => client.call('get_secrets', { names: [name] });
/** What a person is told instead of the value. */
const refusal = async (name: string, client = ada): Promise<string | undefined> =>
  read(name, client).then(
    () => undefined,
    (error: Error) => error.message,
  );
/** A failure with an id and without a value. */
const UNOPENED = expect.stringMatching(/^(?!.*FAKE-).*error id/s);

test('no table holds a value in clear', async () => {
  expect(await findInTables(marketplace.databaseUrl, [ONE, TWO])).toEqual([]);
  // That it would be found.
  expect(await findInTables(marketplace.databaseUrl, ['A256GCM', 'TWO'])).toContain('secrets');
});

test('the row of another secret, or of another owner, opens nothing', async () => {
  await raw.query(
    `update secrets set sealed = (select sealed from secrets where name = 'ONE') where owner = 'ada' and name = 'TWO'`,
  );
  expect(await refusal('TWO')).toEqual(UNOPENED);
  await raw.query(`update secrets set owner = 'eve' where name = 'ONE'`);
  await using eve = await marketplace.connect({ subject: 'eve', scopes: SCOPES });
  expect(await refusal('ONE', eve)).toEqual(UNOPENED);
});

test('an older value that is put back over a newer one does not open; a whole older row does, as docs/marketplace.md says', async () => {
  const { rows } = await raw.query<{ sealed: object }>(`select sealed from secrets where name = 'ONE'`);
  await ada.call('manage_secrets', { action: 'rotate', name: 'ONE', value: NEWER });
  await raw.query(`update secrets set sealed = $1 where name = 'ONE'`, [rows[0]?.sealed]);
  expect(await refusal('ONE')).toEqual(UNOPENED);
  await raw.query(`update secrets set version = 1 where name = 'ONE'`);
  expect(await read('ONE')).toEqual({ secrets: [{ name: 'ONE', value: ONE, version: 1 }] });
});
