import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../../crds/validate.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readSources } from './read-sources.ts';

async function folderOf(...files: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  return folder;
}

test('a folder is its YAML and JSON files at any depth, but for what others put there', async () => {
  const folder = await folderOf(
    'b.yml',
    'a/b/c.yaml',
    'a.json',
    '.mcp.json',
    '.vscode/mcp.json',
    'README.md',
    '.git/config.json',
    'node_modules/x/package.json',
  );
  await symlink(folder, join(folder, 'round'));
  const sources = await readSources([folder]);
  expect(sources.map(({ file, isNamed }) => [relative(folder, file), isNamed])).toEqual([
    ['.mcp.json', false],
    ['.vscode/mcp.json', false],
    ['a/b/c.yaml', false],
    ['a.json', false],
    ['b.yml', false],
  ]);
});

test('a file that is named is read whatever it is called, without its byte order mark', async () => {
  const folder = await folderOf();
  await writeFile(join(folder, 'config'), '\uFEFFx');
  expect(await readSources([join(folder, 'config')])).toEqual([
    { file: join(folder, 'config'), text: 'x', isNamed: true },
  ]);
});

test.each([
  ['is not UTF-8', Buffer.from([0x66, 0xfc, 0x72]), 'unreadable'],
  ['is too large', Buffer.alloc(MAX_FILE_BYTES + 1, 0x20), 'too_large'],
])('a file that %s is a Failure', async (_, content, code) => {
  const folder = await folderOf();
  await writeFile(join(folder, 'x.json'), content);
  await expect(readSources([folder])).rejects.toMatchObject({ code });
});

test('a folder of thousands of files was meant for something else', async () => {
  const folder = await folderOf(...Array.from({ length: 1001 }, (_, index) => `${index}.json`));
  await expect(readSources([folder])).rejects.toMatchObject({ code: 'too_many' });
});
