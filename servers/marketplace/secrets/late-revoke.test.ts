import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runMarketplace } from '../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

test('a grant that ends while a read is under way opens nothing: what is granted counts for the value that is answered', async () => {
  const kek = join(await temporaryFolder(), 'kek');
  await writeFile(kek, newKek());
  await using marketplace = await runMarketplace({ MOORING_KEK_FILE: kek });
  const scopes = ['user', 'secrets:read'];
  await using ada = await marketplace.connect({ subject: 'ada', scopes });
  await using bob = await marketplace.connect({ subject: 'bob', scopes });
  const grant = { name: 'API_KEY', to: 'person', grantee: 'bob' };
  await ada.call('manage_secrets', { action: 'set', name: 'API_KEY', value: 'x' });
  await ada.call('manage_secrets', { action: 'grant', ...grant });

  // As the last step of a rotation does it (ROTATION_LOCK): who reads waits.
  const rotation = new Client({ connectionString: marketplace.databaseUrl });
  await rotation.connect();
  await rotation.query('select pg_advisory_lock($1)', [0x6d_6f_6f_72]);
  const read = bob.call('get_secrets', { names: ['API_KEY'], owner: 'ada' });
  read.catch(() => {});
  await vi.waitFor(async () => {
    const { rows } = await rotation.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`);
    expect(rows).toHaveLength(1);
  });
  await ada.call('manage_secrets', { action: 'revoke', ...grant });
  await rotation.end();
  await expect(read).rejects.toThrow('There is no secret API_KEY');
});
