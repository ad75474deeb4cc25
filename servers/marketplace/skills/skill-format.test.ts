import fc from 'fast-check';
import { Client as Database } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runMarketplace, type RunningMarketplace, type SkillsClient } from '../testing/marketplace.ts';
import { changeFiles, filesProblem, pathProblem } from './skill-file.ts';
import { parseSkillMd, skillMd, withDescription } from './skill-md.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
let marketplace: RunningMarketplace;
let ada: SkillsClient;
beforeAll(async () => {
  marketplace = await runMarketplace();
  ada = await marketplace.connect({ subject: 'ada' });
});
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await marketplace?.[Symbol.asyncDispose]();
});

const WHOLE = `---\r
# Of ours
name:   tides
description: >
  Reads the tides.
  Use for harbours.
license: 'Apache-2.0'
x-ours: { b: 1,   a: [2] } # kept
metadata:
    version: "1.0"
---\r

# Steps

Look.
`;

test('a SKILL.md comes back byte for byte, unknown fields, comments and line ends included', async () => {
  await ada.call('create_skill', { content: WHOLE });
  expect(await ada.call('read_skill', { name: 'tides' })).toMatchObject({
    skillMd: WHOLE,
    skill: { description: 'Reads the tides. Use for harbours.\n', version: 1 },
  });
  await ada.call('update_skill', { name: 'tides', version: 1, content: 'New body.\n' });
  const body = WHOLE.indexOf('\n# Steps');
  expect(await ada.call('read_skill', { name: 'tides' })).toMatchObject({
    skillMd: `${WHOLE.slice(0, body)}New body.\n`,
  });
  await ada.call('update_skill', { name: 'tides', version: 2, description: 'Other: "words".' });
  const { skillMd: text } = await ada.call<{ skillMd: string }>('read_skill', { name: 'tides' });
  expect(text).toBe(
    `${WHOLE.slice(0, body).replace('>\n  Reads the tides.\n  Use for harbours.', String.raw`"Other: \"words\"."`)}New body.\n`,
  );
  await expect(
    ada.call('update_skill', { name: 'tides', version: 3, content: WHOLE.replace('tides\n', 'ebb\n') }),
  ).rejects.toThrow('A skill keeps its name');
});

test('whatever the description becomes, the front matter says it and the rest stays', async () => {
  const styles = fc.constantFrom('plain', '"quoted"', "'single'", '|\n  literal\n  lines', '>-\n  folded\n\n  text');
  const description = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
    .filter((text) => !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(styles, description, async (style, next) => {
      const before = `---\nname: a\ndescription: ${style}\nother: 1 # stays\n---\n`;
      const after = await withDescription(before, next);
      expect(after.startsWith('---\nname: a\ndescription: ')).toBe(true);
      expect(after.endsWith('\nother: 1 # stays\n---\n')).toBe(true);
      expect(await parseSkillMd(`${after}x`)).toMatchObject({ description: next });
    }),
    { numRuns: 200 },
  );
});

test('any text is a SKILL.md, none, or a failure in words; and one that is stays as it is', async () => {
  const line = fc.constantFrom('---', 'name: a', 'description: b', '- x', '&a [*a]', '? {', '\t', '"', 'x: |', '');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const outcome = await parseSkillMd(given).then(
        (parsed) => (parsed ? skillMd(parsed) : given),
        (error: Error) => (error.name === 'ToolFailure' ? given : error),
      );
      expect(outcome).toBe(given);
    }),
    { numRuns: 500 },
  );
});

test('aliases that multiply are refused', async () => {
  const lines = Array.from(
    { length: 12 },
    (_, n) => `a${n + 1}: &a${n + 1} [${'*a0,'.replace('0', String(n)).repeat(9)}]`,
  );
  const bomb = `---\nname: a\ndescription: b\na0: &a0 [x]\n${lines.join('\n')}\n---\nx`;
  await expect(parseSkillMd(bomb)).rejects.toThrow('alias');
});

test.each([
  '../x',
  'a/../x',
  '/etc/passwd',
  'a//b',
  './a',
  'a/',
  '',
  'a\\b',
  'C:x',
  'a\0b',
  '.git/config',
  'a/.git/hooks',
  '.env',
  'SKILL.md',
  'skill.MD',
  'skill.md/x',
  'con',
  'scripts/NUL.txt',
  'com1.md',
  'COM¹',
  'a.',
  'a ',
  'a /b',
  'a\u202Eb',
  'a\u200Bb',
  'e\u0301',
  'a\nb',
  'a?b',
  'a|b',
  `${'a/'.repeat(8)}b`,
  'x'.repeat(201),
  'a\uD800',
])('no file is named %j', async (path) => {
  expect(pathProblem(path)).toEqual(expect.any(String));
  await expect(
    ada.call('create_skill', { name: 'paths', description: 'P.', content: 'x', files: [{ path, text: 'x' }] }),
  ).rejects.toThrow('path');
});

test('files that some file systems take for one are refused', () => {
  const problem = (...paths: string[]) => filesProblem(paths.map((path) => ({ path, digest: '', size: 0 })));
  expect(problem('a/b', 'a/c', 'b')).toBeUndefined();
  expect(problem('a/b', 'A/c')).toContain('collides');
  expect(problem('Read.md', 'read.md')).toContain('collides');
  expect(problem('a', 'a/b')).toContain('collides');
  expect(problem('a/b', 'a')).toContain('collides');
});

test('files and all of them together are bounded', () => {
  const text = (length: number, path = 'a') => ({ path, text: 'x'.repeat(length) });
  expect(changeFiles([], [text(262_144)]).files).toHaveLength(1);
  const many = Array.from({ length: 65 }, (_, n) => text(1, `f${n}`));
  expect(() => changeFiles([], many)).toThrow('64 files at most');
  const large = Array.from({ length: 5 }, (_, n) => text(262_144, `f${n}`));
  expect(() => changeFiles([], large)).toThrow('1048576 is the limit');
  expect(() => changeFiles([], [{ path: 'a' }])).toThrow('one of text, base64 and remove');
  expect(() => changeFiles([], [{ path: 'a', remove: true }])).toThrow('no file a');
});

test('binary files stay binary, old versions can be read, and what is deleted is gone', async () => {
  const bytes = Buffer.from([0, 255, 1, 254]);
  const files = [
    { path: 'assets/a.bin', base64: bytes.toString('base64') },
    { path: 'b.txt', text: 'one' },
  ];
  await ada.call('create_skill', { name: 'binary', description: 'B.', content: 'x', files });
  await ada.call('update_skill', {
    name: 'binary',
    version: 1,
    files: [
      { path: 'b.txt', remove: true },
      { path: 'c.txt', text: 'two' },
    ],
  });
  expect(await ada.call('read_skill', { name: 'binary', file: 'assets/a.bin' })).toMatchObject({
    file: { base64: bytes.toString('base64') },
    files: [{ path: 'assets/a.bin', size: 4 }, { path: 'c.txt' }],
  });
  expect(await ada.call('read_skill', { name: 'binary', version: 1, file: 'b.txt' })).toMatchObject({
    file: { text: 'one' },
  });
  const { versions } = await ada.call<{ versions: { digest: string }[] }>('read_skill', {
    name: 'binary',
    includeVersions: true,
  });
  expect(versions).toMatchObject([
    { version: 2, author: 'ada' },
    { version: 1, author: 'ada' },
  ]);
  expect(new Set(versions.map(({ digest }) => digest)).size).toBe(2);
  await expect(ada.call('update_skill', { name: 'binary', version: 2, state: 'deleted' })).rejects.toThrow(
    'Archive it first',
  );
  await ada.call('update_skill', { name: 'binary', version: 2, state: 'archived' });
  expect(await ada.call('update_skill', { name: 'binary', version: 3, state: 'deleted' })).toEqual({});
  const db = new Database({ connectionString: marketplace.databaseUrl });
  await db.connect();
  const { rows } = await db.query(`select (select count(*) from skill_blobs)::int as blobs,
    (select count(*) from skill_versions where name = 'binary')::int as versions`);
  await db.end();
  expect(rows).toEqual([{ blobs: 0, versions: 0 }]);
});
