import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connectModern } from '../../../../test/support/eras.ts';
import { createIdentities } from '../../../../test/support/identities.ts';
import { testDatabase } from '../../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { runMarketplace } from '../../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ROOT = join(import.meta.dirname, '../../../..');
const ADMIN = { subject: 'ada', scopes: ['admin', 'user', 'tools:read'] };
const FILES = [
  { path: 'scripts/a.sh', text: 'a' },
  { path: 'references/b.md', text: 'b' },
];

/** Syncs in a process that kills itself (SIGKILL) at this step of its writing. False: it lived. */
async function syncAndDie(env: NodeJS.ProcessEnv, killAt: number, headers: Record<string, string>): Promise<boolean> {
  const { PATH, HOME } = process.env;
  const killer = `--import ${join(ROOT, 'test/support/kill-at.ts')}`;
  const child = spawn(join(ROOT, 'bin/mooring'), ['server', 'marketplace'], {
    env: { PATH, HOME, ...env, NODE_OPTIONS: killer, KILL_AT: String(killAt) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  try {
    const url = await vi.waitFor(
      () => {
        if (!output.includes('up to date')) throw new Error(`not ready: ${output}`);
        return /"url":"([^"]+)"/.exec(output)?.[1] ?? '';
      },
      { timeout: 30_000, interval: 20 },
    );
    await using client = await connectModern(`${url}/mcp`, headers);
    const answered = client.call('sync_skills', { dryRun: false }).then(
      () => false,
      () => true,
    );
    return await Promise.race([answered, exit.then(() => true)]);
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}

test(
  'a process that is killed at any write of a sync loses nothing, and the next sync carries on',
  { timeout: 240_000 },
  async () => {
    await using identities = await createIdentities();
    const headers = await identities.headers(ADMIN);
    const deaths: number[] = [];
    // Two files, SKILL.md, one removed and one changed: a step before and after each. The last ones live.
    for (let killAt = 0; killAt < 40; killAt += 3) {
      const folder = await temporaryFolder();
      const env = {
        DATABASE_URL: await testDatabase('marketplace'),
        MARKETPLACE_SKILLS_FOLDER: folder,
      };
      {
        await using before = await runMarketplace(env);
        await using ada = await before.connect(ADMIN);
        await ada.call('create_skill', { name: 'old', description: 'O.', content: 'one', files: FILES });
        await ada.call('create_skill', { name: 'gone', description: 'G.', content: 'x' });
        await ada.call('sync_skills', { dryRun: false });
        const files = [
          { path: 'scripts/a.sh', remove: true },
          { path: 'references/b.md', text: 'bb' },
        ];
        await ada.call('update_skill', { name: 'old', version: 1, content: 'two', files });
        await ada.call('update_skill', { name: 'gone', version: 1, state: 'archived' });
        await ada.call('create_skill', { name: 'made', description: 'M.', content: 'x', files: FILES });
      }
      const died = await syncAndDie({ ...identities.env, ...env }, killAt, headers);
      if (died) deaths.push(killAt);
      await using after = await runMarketplace(env);
      await using ada = await after.connect(ADMIN);
      const { skills } = await ada.call<{ skills: { action: string }[] }>('sync_skills', { dryRun: false });
      expect(
        skills.filter(({ action }) => action !== 'push'),
        `killed at ${killAt}`,
      ).toEqual([]);
      const text = async (path: string) => readFile(join(folder, path), 'utf8');
      expect([await text('old/SKILL.md'), await text('old/references/b.md'), await text('made/scripts/a.sh')]).toEqual([
        '---\nname: old\ndescription: "O."\n---\n\ntwo',
        'bb',
        'a',
      ]);
      for (const path of ['gone', 'old/scripts']) await expect(stat(join(folder, path))).rejects.toThrow('ENOENT');
      expect(await ada.call('sync_skills')).toMatchObject({ unchanged: 3, skills: [] });
      if (!died) break;
    }
    expect(deaths.length).toBeGreaterThan(3);
  },
);
