import { join } from 'node:path';
import { Client } from 'pg';
import { beforeEach, expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { openDatabase } from '../../../core/postgres.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runMarketplace, type RunningMarketplace } from '../testing/marketplace.ts';
import type { Tables } from '../tables.ts';
import { forgetOld } from './secret-audit.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const SCOPES = ['user', 'secrets:read'];

let marketplace: RunningMarketplace;
let raw: Client;
beforeEach(async () => {
  const kek = join(await temporaryFolder(), 'kek');
  await writePrivateFile(kek, newKek());
  marketplace = await runMarketplace({ MOORING_KEK_FILE: kek });
  raw = new Client({ connectionString: marketplace.databaseUrl });
  await raw.connect();
  await using ada = await marketplace.connect({ subject: 'ada', scopes: SCOPES });
  for (const name of ['ONE', 'TWO']) await ada.call('manage_secrets', { action: 'set', name, value: `FAKE-${name}` });
  return async () => {
    await raw.end();
    await marketplace[Symbol.asyncDispose]();
  };
});

const count = async (where: string): Promise<number> =>
  Number(
    (await raw.query<{ count: string }>(`select count(*) as count from secret_audit where ${where}`)).rows[0]?.count,
  );
async function tryToRead(subject: string, name: string, times: number): Promise<void> {
  await using client = await marketplace.connect({ subject, scopes: SCOPES });
  for (let time = 0; time < times; time++) {
    const read = client.call('get_secrets', { owner: 'ada', names: [name] });
    await expect(read).rejects.toThrow('no secret');
  }
}

test('a stranger who tries again and again fills no table, hides no other try, and is noted again the next day', async () => {
  await tryToRead('eve', 'ONE', 25);
  expect(await count(`outcome = 'refused'`)).toBe(10);
  await tryToRead('eve', 'TWO', 1);
  await tryToRead('mallory', 'ONE', 1);
  expect(await count(`actor = 'eve' and name = 'TWO'`)).toBe(1);
  expect(await count(`actor = 'mallory'`)).toBe(1);
  // What is not there is not noted: a stranger would make up names.
  await tryToRead('eve', 'NO_SUCH', 1);
  expect(await count(`name = 'NO_SUCH'`)).toBe(0);
  await raw.query(`update secret_audit set at = at - interval '25 hours' where actor = 'eve'`);
  await tryToRead('eve', 'ONE', 1);
  expect(await count(`actor = 'eve' and name = 'ONE'`)).toBe(11);
});

test('refused reads push nothing out that was done, and what is old goes', async () => {
  await raw.query(
    `insert into secret_audit (owner, name, actor, action, outcome, at)
     select 'ada', 'ONE', 'bob', 'read', 'done', now() - interval '1 day' from generate_series(1, 20)
     union all select 'ada', 'ONE', 'bob', 'read', 'done', now() - interval '91 days' from generate_series(1, 20)
     union all select 'ada', 'ONE', 'eve', 'read', 'refused', now() from generate_series(1, 12000)`,
  );
  const db = openDatabase<Tables>(marketplace.databaseUrl, { max: 1, log: readableLog().log });
  await forgetOld(db);
  expect(await count(`outcome = 'refused'`)).toBe(1000);
  expect(await count(`actor = 'bob'`)).toBe(20);
  expect(await count(`action = 'set'`)).toBe(2);
  await raw.query(
    `insert into secret_audit (owner, name, actor, action, outcome)
     select 'ada', 'ONE', 'bob', 'read', 'done' from generate_series(1, 12000)`,
  );
  await forgetOld(db);
  await db.destroy();
  expect(await count(`outcome = 'done'`)).toBe(10_000);
});
