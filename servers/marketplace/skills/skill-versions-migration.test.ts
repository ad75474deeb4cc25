import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testAdminUrl, testDatabase } from '../../../test/support/postgres.ts';
import { migrate } from '../../../core/migrate.ts';
import { openDatabase } from '../../../core/postgres.ts';
import { migrations } from '../migrations.ts';
import { runMarketplace } from '../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

test('skills of the flat table survive, also a migration that is cut off, and become versions', async () => {
  const DATABASE_URL = await testDatabase('marketplace');
  const role = new URL(DATABASE_URL).username;
  const old = openDatabase<object>(DATABASE_URL, { max: 1, log: readableLog().log });
  const { '001-skills': flat } = migrations;
  await migrate(old, flat ? { '001-skills': flat } : {});
  await old.destroy();
  const admin = new Client({ connectionString: await testAdminUrl() });
  await admin.connect();
  await admin.query(`set search_path = ${role}`);
  await admin.query(
    `insert into skills (owner, name, description, content, tags, version)
     select case when n % 2 = 0 then 'ada' else 'eve' end, 's' || n, 'Says "' || n || '": it.', 'Body ' || n, '{t}', n
     from generate_series(1, 120) n`,
  );

  // The migration waits for the table, and dies there.
  await admin.query('begin; lock table skills');
  const starting = runMarketplace({ DATABASE_URL });
  await vi.waitFor(
    async () => {
      // What others do is looked at once in a transaction, unless told.
      await admin.query('select pg_stat_clear_snapshot()');
      const waiting = `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`;
      expect((await admin.query(waiting, [role])).rowCount).toBe(1);
    },
    { timeout: 10_000, interval: 20 },
  );
  await admin.query('rollback');
  await using marketplace = await starting;

  await using ada = await marketplace.connect({ subject: 'ada' });
  const { skills } = await ada.call<{ skills: unknown[] }>('list_skills', { limit: 100 });
  expect(skills).toHaveLength(60);
  expect(await ada.call('read_skill', { name: 's120', includeVersions: true })).toMatchObject({
    skill: { version: 120, tags: ['t'], archived: false },
    skillMd: '---\nname: s120\ndescription: "Says \\"120\\": it."\n---\n\nBody 120',
    versions: [{ version: 120, author: 'ada', digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  const { rows } = await admin.query('select count(*)::int as count from skill_versions');
  expect(rows).toEqual([{ count: 120 }]);
  await admin.end();
});
