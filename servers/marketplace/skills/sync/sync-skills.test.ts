import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Client as Database } from 'pg';
import { beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { runMarketplace, type RunningMarketplace, type SkillsClient } from '../../testing/marketplace.ts';
import { putFile } from './testing/synced-folder.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ADMIN = { subject: 'ada', scopes: ['admin', 'user', 'tools:read'] };
const skillMd = (name: string, body: string) =>
  `---\nname: ${name}\ndescription: Tides.\nours: 1 # stays\n---\n\n${body}\n`;

interface Synced {
  readonly unchanged: number;
  readonly skills: readonly { name: string; action: string; message: string; diff?: string }[];
}

let marketplace: RunningMarketplace;
let ada: SkillsClient;
let folder: string;
let outside: string;

beforeEach(async () => {
  const root = await temporaryFolder();
  folder = join(root, 'skills');
  outside = join(root, 'outside');
  await mkdir(folder);
  await mkdir(outside);
  marketplace = await runMarketplace({ MARKETPLACE_SKILLS_FOLDER: folder });
  ada = await marketplace.connect(ADMIN);
  return async () => {
    await ada[Symbol.asyncDispose]();
    await marketplace[Symbol.asyncDispose]();
  };
});

const sync = async (input: object = { dryRun: false }) => ada.call<Synced>('sync_skills', { ...input });
const actions = ({ skills }: Synced) => skills.map(({ name, action }) => [name, action]);
const inFolder = async (path: string) => readFile(join(folder, path), 'utf8');
const create = async (name: string, content: string, files: object[] = []) =>
  ada.call('create_skill', { name, description: 'Tides.', content, files });

test.each(['constructor', '__proto__'])(
  'a file that is called %s is refused, and takes nothing with it',
  async (path) => {
    await expect(create('ebb', 'Run.', [{ path, text: 'A' }])).rejects.toThrow(
      'has a name that objects have in programs',
    );
    await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'Run.'));
    await putFile(folder, `tides/${path}`, 'A');
    expect(await sync()).toMatchObject({ skills: [{ name: 'tides', action: 'problem' }] });
    expect(await inFolder(`tides/${path}`)).toBe('A');
  },
);

test('a folder comes into the database byte for byte, and skills come out as files that run', async () => {
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'See [a](references/a.md).'));
  await putFile(folder, 'tides/references/a.md', 'A\r\n');
  await create('ebb', 'Run.', [{ path: 'scripts/run.sh', text: '#!/bin/sh\n' }]);
  expect(actions(await sync())).toEqual([
    ['ebb', 'push'],
    ['tides', 'pull'],
  ]);
  expect(await ada.call('read_skill', { name: 'tides' })).toMatchObject({
    skillMd: skillMd('tides', 'See [a](references/a.md).'),
    files: [{ path: 'references/a.md', size: 3 }],
  });
  expect(await inFolder('ebb/SKILL.md')).toBe('---\nname: ebb\ndescription: "Tides."\n---\n\nRun.');
  expect((await stat(join(folder, 'ebb/scripts/run.sh'))).mode & 0o100).toBe(0o100);
  expect((await stat(join(folder, 'ebb/SKILL.md'))).mode & 0o111).toBe(0);
  expect(await sync()).toMatchObject({ unchanged: 2, skills: [] });
});

test('a dry run shows a unified diff and changes nothing on either side', async () => {
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'one'));
  await sync();
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'two'));
  await create('ebb', 'x');
  const shown = await sync({});
  expect(actions(shown)).toEqual([
    ['ebb', 'push'],
    ['tides', 'pull'],
  ]);
  expect(shown.skills[1]?.diff).toContain('--- database/tides/SKILL.md\n+++ folder/tides/SKILL.md\n');
  expect(shown.skills[1]?.diff).toMatch(/^-one\n\+two$/m);
  expect(await readdir(folder)).toEqual(['tides']);
  expect(await ada.call('read_skill', { name: 'tides' })).toMatchObject({ skill: { version: 1 } });
  expect(actions(await sync({}))).toEqual(actions(shown));
});

test('a direction brings over only what goes that way', async () => {
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'one'));
  await create('ebb', 'x');
  expect(actions(await sync({ direction: 'push', dryRun: false }))).toEqual([
    ['ebb', 'push'],
    ['tides', 'left'],
  ]);
  expect(await ada.call('list_skills')).toMatchObject({ skills: [{ name: 'ebb' }] });
  expect(actions(await sync({ direction: 'pull', dryRun: false }))).toEqual([['tides', 'pull']]);
});

test('a conflict is shown with both sides, written over never, and ends when a person makes them equal', async () => {
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'one'));
  await sync();
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'of the folder'));
  await ada.call('update_skill', { name: 'tides', version: 1, content: '\nof the database\n' });
  for (const direction of ['pull', 'push', 'both']) {
    const shown = await sync({ direction, dryRun: false });
    expect(actions(shown)).toEqual([['tides', 'conflict']]);
    expect(shown.skills[0]?.diff).toMatch(/^-of the folder\n\+of the database$/m);
  }
  expect(await inFolder('tides/SKILL.md')).toContain('of the folder');
  expect(await ada.call('read_skill', { name: 'tides' })).toMatchObject({ skill: { version: 2 } });
  await putFile(folder, 'tides/SKILL.md', skillMd('tides', 'of the database'));
  expect(await sync()).toMatchObject({ unchanged: 1, skills: [] });
});

test('what is gone on one side goes on the other only where both had it', async () => {
  await putFile(folder, 'a/SKILL.md', skillMd('a', 'x'));
  await putFile(folder, 'b/SKILL.md', skillMd('b', 'x'));
  await putFile(folder, 'b/notes.md', 'x');
  await create('c', 'x');
  await sync({ direction: 'pull', dryRun: false });
  await rm(join(folder, 'a'), { recursive: true });
  await ada.call('update_skill', { name: 'b', version: 1, state: 'archived' });
  expect(actions(await sync())).toEqual([
    ['a', 'pull'],
    ['b', 'push'],
    ['c', 'push'],
  ]);
  expect(await readdir(folder)).toEqual(['c']);
  expect(await ada.call('list_skills', { archived: true })).toMatchObject({ skills: [{ name: 'a' }, { name: 'b' }] });
});

test('a folder that is away, or empty at once, archives nothing', async () => {
  await putFile(folder, 'a/SKILL.md', skillMd('a', 'x'));
  await sync();
  await rename(folder, `${folder}-away`);
  await expect(sync()).rejects.toThrow(/cannot be read \(ENOENT\).*nothing was changed/);
  await mkdir(folder);
  expect(actions(await sync())).toEqual([['a', 'left']]);
  expect(await ada.call('list_skills')).toMatchObject({ skills: [{ name: 'a' }] });
});

test('no link leads out of the folder, neither to read nor to write', async () => {
  await putFile(outside, 'secret/SKILL.md', skillMd('secret', 'of others'));
  await putFile(outside, 'passwd', 'root');
  await symlink(join(outside, 'secret'), join(folder, 'secret'));
  await putFile(folder, 'filed/SKILL.md', skillMd('filed', 'x'));
  await symlink(join(outside, 'passwd'), join(folder, 'filed/passwd'));
  await create('pushed', 'x', [{ path: 'scripts/a.sh', text: 'x' }]);
  await mkdir(join(folder, 'pushed'));
  await symlink(outside, join(folder, 'pushed/scripts'));
  await create('secret', 'mine');
  expect(actions(await sync())).toEqual([
    ['filed', 'problem'],
    ['pushed', 'problem'],
    ['secret', 'problem'],
  ]);
  expect(await readdir(outside)).toEqual(['passwd', 'secret']);
  expect(await readFile(join(outside, 'secret/SKILL.md'), 'utf8')).toContain('of others');
  expect(JSON.stringify(await ada.call('list_skills', { includeContent: true }))).not.toContain('root');
});

test.each<[string, string, string, RegExp]>([
  ['a name of another folder', 'a/SKILL.md', skillMd('b', 'x'), /names b, its folder is a/],
  ['no front matter', 'a/SKILL.md', '# x', /does not begin with front matter/],
  ['no description', 'a/SKILL.md', '---\nname: a\n---\nx', /description/],
  ['a file name that is not safe', 'a/con.txt', 'x', /Windows reserves/],
  ['a file that is too large', 'a/large.txt', 'x'.repeat(262_145), /more than 262144 bytes/],
])('a skill with %s is told and left alone', async (_what, path, text, why) => {
  await putFile(folder, 'a/SKILL.md', skillMd('a', 'x'));
  await putFile(folder, path, text);
  const { skills } = await sync();
  expect(skills).toMatchObject([{ name: 'a', action: 'problem', message: expect.stringMatching(why) }]);
  expect(await ada.call('list_skills')).toMatchObject({ skills: [] });
});

test('a git checkout stays one: .git and hidden files are not looked at', async () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  git('init', '-q');
  await putFile(folder, 'a/SKILL.md', skillMd('a', 'x'));
  await putFile(folder, 'a/.env', 'TOKEN=x');
  git('add', '-f', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'a');
  await sync();
  expect(git('status', '--porcelain')).toBe('');
  expect(await ada.call('read_skill', { name: 'a' })).toMatchObject({ files: [] });
  await ada.call('update_skill', { name: 'a', version: 1, content: '\ny\n' });
  await sync();
  expect(git('diff', '--stat')).toContain('a/SKILL.md | 2 +-');
  expect(git('fsck')).toBe('');
});

test('only an admin syncs, for the folder is not that of the user', async () => {
  await using grace = await marketplace.connect({ subject: 'grace' });
  await expect(grace.call('sync_skills')).rejects.toThrow('needs the scope admin');
  await using nobody = await marketplace.connect({ scopes: ['admin'] });
  await expect(nobody.call('sync_skills')).rejects.toThrow('Nobody is signed in');
});

test('one sync of a folder at a time', async () => {
  const db = new Database({ connectionString: marketplace.databaseUrl });
  await db.connect();
  await db.query(`begin; select pg_advisory_xact_lock(hashtextextended($$marketplace sync of ${folder}$$, 0))`);
  await expect(sync()).rejects.toThrow('Another sync of this folder is running');
  await db.end();
  expect(await sync()).toMatchObject({ unchanged: 0 });
});
