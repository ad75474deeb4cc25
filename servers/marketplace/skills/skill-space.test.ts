import { Client as Database } from 'pg';
import { expect, test, vi } from 'vitest';
import { runMarketplace } from '../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

test.each([
  [
    'old versions',
    `insert into skill_versions (owner, name, version, author, digest, description, front_matter, content, tags, files)
     select 'ada', 'full', -n, 'ada', '', '', '', repeat('x', 65536), '{}', '[]' from generate_series(1, 4200) n`,
  ],
  [
    'files',
    `insert into skill_blobs select 'ada', n::text, convert_to(repeat('x', 262144), 'UTF8') from generate_series(1, 1025) n`,
  ],
])('who has filled their space with %s keeps nothing more, but archives and deletes', async (_, fill) => {
  await using marketplace = await runMarketplace();
  await using ada = await marketplace.connect({ subject: 'ada' });
  const draft = { description: 'D.', content: 'x' };
  await ada.call('create_skill', { name: 'full', ...draft });
  const database = new Database({ connectionString: marketplace.databaseUrl });
  await database.connect();
  await database.query(fill);
  await database.end();
  await expect(ada.call('create_skill', { name: 'more', ...draft })).rejects.toThrow('268435456 is the limit');
  await expect(ada.call('update_skill', { name: 'full', version: 1, content: 'y' })).rejects.toThrow('is the limit');
  await using bob = await marketplace.connect({ subject: 'bob' });
  await bob.call('create_skill', { name: 'more', ...draft });
  await ada.call('update_skill', { name: 'full', version: 1, state: 'archived' });
  await ada.call('update_skill', { name: 'full', version: 2, state: 'deleted' });
  await ada.call('create_skill', { name: 'more', ...draft });
});
