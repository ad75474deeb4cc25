import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERAS } from '../support/eras.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';

let mooring: RunningMooring;

beforeAll(async () => {
  const manifest = await readFile(join(import.meta.dirname, '../../examples/local/marketplace.yaml'), 'utf8');
  mooring = await startMooring({ manifests: { 'marketplace.yaml': manifest }, ready: ['marketplace'] });
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

test.each(ERAS)(
  'a skill from SKILL.md to a folder, with an official client of the $era era through the gateway',
  async ({ era, connect }) => {
    const headers = { authorization: `Bearer ${await mooring.token('marketplace')}` };
    await using client = await connect(mooring.endpoint('marketplace'), headers);
    const name = `tides-${era}`;
    const skillMd = `---\nname: ${name}\ndescription: Reads tides. Use when the user asks for them.\nours: kept\n---\n\nSee [a](references/a.md).\n`;
    const files = [{ path: 'references/a.md', text: 'A' }];
    const created = await client.call('create_skill', { content: skillMd, files });
    expect(created.structuredContent).toMatchObject({ skill: { name, version: 1 } });
    expect((await client.call('read_skill', { name })).structuredContent).toMatchObject({ skillMd });
    expect((await client.call('analyze_skill', { name })).structuredContent).toMatchObject({
      findings: [{ rule: 'ours', severity: 'advice' }],
    });
    const [shown, file] = [`skill://admin/${name}/SKILL.md`, `skill://admin/${name}/references/a.md`];
    expect(await client.read(shown)).toMatchObject([{ uri: shown, text: skillMd }]);
    expect(await client.read(file)).toMatchObject([{ uri: file, text: 'A' }]);
    expect(await client.prompt('use_skill', { name })).toMatchObject([
      { role: 'user', content: { type: 'text', text: expect.stringContaining(skillMd) } },
    ]);

    const folder = join(mooring.home, 'servers', 'default', 'marketplace', 'skills');
    await client.call('sync_skills', { dryRun: false });
    expect(await readFile(join(folder, name, 'SKILL.md'), 'utf8')).toBe(skillMd);
    await mkdir(join(folder, name, 'scripts'));
    await writeFile(join(folder, name, 'scripts/run.sh'), '#!/bin/sh\n');
    expect((await client.call('sync_skills', { dryRun: false })).structuredContent).toMatchObject({
      skills: [{ name, action: 'pull' }],
    });
    expect((await client.call('read_skill', { name, file: 'scripts/run.sh' })).structuredContent).toMatchObject({
      skill: { version: 2 },
      file: { text: '#!/bin/sh\n' },
    });
  },
);
