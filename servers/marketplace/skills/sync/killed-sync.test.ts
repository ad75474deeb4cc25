import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connectModern } from '../../../../test/support/eras.ts';
import { createIdentities } from '../../../../test/support/identities.ts';
import { testDatabase } from '../../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { startMarketplaceProcess } from '../../testing/marketplace-process.ts';
import { runMarketplace } from '../../testing/marketplace.ts';
import { putFile } from './testing/synced-folder.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ADMIN = { subject: 'ada', scopes: ['admin', 'user', 'tools:read'] };
const FILES = [
  { path: 'scripts/a.sh', text: 'a' },
  { path: 'references/b.md', text: 'b' },
];

/** Syncs in a process that kills itself (SIGKILL) at this step. False: it lived. */
async function syncAndDie(env: NodeJS.ProcessEnv, preload: string, headers: Record<string, string>): Promise<boolean> {
  await using server = await startMarketplaceProcess(env, { preload });
  if (server.url === undefined) return true;
  const client = await connectModern(`${server.url}/mcp`, headers).catch(() => undefined);
  const answer = client?.call('sync_skills', { dryRun: false }).catch(() => undefined);
  return (await Promise.race([answer, server.ended.then(() => undefined)])) === undefined;
}

test(
  'a process that is killed at any write of a sync loses nothing, and the next sync carries on',
  { timeout: 240_000 },
  async () => {
    await using identities = await createIdentities();
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
      const killing = { ...identities.env, ...env, KILL_AT: String(killAt) };
      const died = await syncAndDie(killing, 'kill-at.ts', await identities.headers(ADMIN));
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

test(
  'a process that is killed at any query of a sync keeps what the folder says, and the next sync carries on',
  { timeout: 240_000 },
  async () => {
    await using identities = await createIdentities();
    const skillMd = (name: string, text: string) => `---\nname: ${name}\ndescription: D.\n---\n\n${text}\n`;
    const put = async (folder: string, name: string, text: string) =>
      putFile(folder, `${name}/SKILL.md`, skillMd(name, text));
    let deaths = 0;
    // A start, and the transactions of two pulls, an archive and a push. The last ones live.
    for (let killAt = 1, died = true; died; killAt += 9) {
      const folder = await temporaryFolder();
      const env = { DATABASE_URL: await testDatabase('marketplace'), MARKETPLACE_SKILLS_FOLDER: folder };
      {
        await using before = await runMarketplace(env);
        await using ada = await before.connect(ADMIN);
        for (const name of ['changed', 'gone']) await put(folder, name, 'one');
        await ada.call('sync_skills', { dryRun: false });
        await put(folder, 'changed', 'two');
        await put(folder, 'made', 'new');
        await rm(join(folder, 'gone'), { recursive: true });
        await ada.call('create_skill', { name: 'pushed', description: 'P.', content: 'x' });
      }
      const killing = { ...identities.env, ...env, KILL_AT: String(killAt) };
      died = await syncAndDie(killing, 'kill-at-query.ts', await identities.headers(ADMIN));
      deaths += Number(died);
      await using after = await runMarketplace(env);
      await using ada = await after.connect(ADMIN);
      const { skills } = await ada.call<{ skills: { action: string }[] }>('sync_skills', { dryRun: false });
      expect(
        skills.filter(({ action }) => action !== 'push' && action !== 'pull'),
        `killed at ${killAt}`,
      ).toEqual([]);
      for (const [name, text] of [
        ['changed', 'two'],
        ['made', 'new'],
      ] as const) {
        expect(await ada.call('read_skill', { name }), name).toMatchObject({ skillMd: skillMd(name, text) });
        expect(await readFile(join(folder, name, 'SKILL.md'), 'utf8')).toBe(skillMd(name, text));
      }
      expect(await ada.call('list_skills', { archived: true })).toMatchObject({ skills: [{ name: 'gone' }] });
      expect(await readFile(join(folder, 'pushed/SKILL.md'), 'utf8')).toContain('x');
      expect(await ada.call('sync_skills')).toMatchObject({ skills: [] });
    }
    expect(deaths).toBeGreaterThan(4);
  },
);
