import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { digestOf } from '../skill-tree.ts';
import { ChangedMeanwhile, openSkillsFolder, type SkillsFolder } from './skills-folder.ts';
import { putFile } from './testing/synced-folder.ts';

let root: string;
let outside: string;
let folder: SkillsFolder;
const NOTE = 'references/a.md';
const bytes = (text: string) => Buffer.from(text);

beforeEach(async () => {
  const base = await temporaryFolder();
  [root, outside] = [join(base, 'skills'), join(base, 'outside')];
  await putFile(root, `tides/${NOTE}`, 'seen');
  await putFile(outside, 'a.md', 'seen');
  folder = await openSkillsFolder(root);
});

test('a folder that has become a link since it was looked at is neither read, nor written, nor emptied', async () => {
  await rm(join(root, 'tides/references'), { recursive: true });
  await symlink(outside, join(root, 'tides/references'));
  const seen = digestOf('seen');
  await expect(folder.read('tides', NOTE, seen)).rejects.toThrow(ChangedMeanwhile);
  await expect(folder.write('tides', NOTE, bytes('ours'), seen)).rejects.toThrow(ChangedMeanwhile);
  await expect(folder.write('tides', 'references/new/b.md', bytes('ours'), undefined)).rejects.toThrow(
    ChangedMeanwhile,
  );
  await expect(folder.write('tides', NOTE, undefined, seen)).rejects.toThrow(ChangedMeanwhile);
  expect(await readdir(outside)).toEqual(['a.md']);
  expect(await readFile(join(outside, 'a.md'), 'utf8')).toBe('seen');
});

test('the folder of a skill that has become a link is not tidied', async () => {
  await rename(join(root, 'tides'), join(outside, 'tides'));
  await writeFile(join(outside, 'tides', '.mooring-0123456789ab'), '');
  await symlink(join(outside, 'tides'), join(root, 'tides'));
  await expect(folder.tidy('tides')).rejects.toThrow(ChangedMeanwhile);
  expect(await readdir(join(outside, 'tides'))).toEqual(['.mooring-0123456789ab', 'references']);
});

test('a file that has become a link is not read, though it says the same', async () => {
  await rm(join(root, 'tides', NOTE));
  await symlink(join(outside, 'a.md'), join(root, 'tides', NOTE));
  await expect(folder.read('tides', NOTE, digestOf('seen'))).rejects.toThrow(ChangedMeanwhile);
  await expect(folder.write('tides', NOTE, bytes('ours'), digestOf('seen'))).rejects.toThrow(ChangedMeanwhile);
});

test.each(['../outside/a.md', '.git/config', 'SKILL.md/../../outside/a.md', '/etc/hosts'])(
  'the path %s is none of a skill',
  async (path) => {
    await expect(folder.write('tides', path, bytes('ours'), undefined)).rejects.toThrow('no path of a skill');
    await expect(folder.write('..', NOTE, bytes('ours'), undefined)).rejects.toThrow('no path of a skill');
  },
);

test.each<[string, Buffer | undefined]>([
  ['written over', bytes('ours')],
  ['removed', undefined],
])('a file that somebody has changed is not %s, and nothing is left beside it', async (_what, wanted) => {
  await putFile(root, `tides/${NOTE}`, 'theirs');
  await expect(folder.write('tides', NOTE, wanted, digestOf('seen'))).rejects.toThrow(ChangedMeanwhile);
  await expect(folder.write('tides', NOTE, wanted, undefined)).rejects.toThrow(ChangedMeanwhile);
  expect(await readFile(join(root, 'tides', NOTE), 'utf8')).toBe('theirs');
  expect(await readdir(join(root, 'tides/references'))).toEqual(['a.md']);
});

test('of two who make the same new file at once one does, and the other is told', async () => {
  await mkdir(join(root, 'ebb'));
  for (let round = 0; round < 50; round++) {
    const path = `references/${round}.md`;
    const outcomes = await Promise.allSettled(
      ['one', 'two'].map(async (text) => folder.write('ebb', path, bytes(text), undefined)),
    );
    const won = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [['one', 'two'][n]] : []));
    expect(won).toEqual([await readFile(join(root, 'ebb', path), 'utf8')]);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(ChangedMeanwhile),
    });
  }
});
