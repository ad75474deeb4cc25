import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { importServers } from './import-servers.ts';
import { writeManifests } from './write-manifests.ts';

const serversOf = (...names: string[]) => {
  const mcpServers = Object.fromEntries(names.map((name) => [name, { command: 'notes' }]));
  return importServers([{ file: 'x.json', text: JSON.stringify({ mcpServers }), isNamed: true }]).servers;
};

test('each server gets a file, in a folder that is made', async () => {
  const folder = await temporaryFolder();
  const into = join(folder, 'new', 'folder');
  expect(await writeManifests(into, serversOf('a', 'b'), false)).toEqual([join(into, 'a.yaml'), join(into, 'b.yaml')]);
  expect(await readdir(into)).toEqual(['a.yaml', 'b.yaml']);
  expect(await readFile(join(into, 'a.yaml'), 'utf8')).toBe(serversOf('a')[0]?.text);
});

test('a file that is there is not overwritten, and then nothing is written', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'b.yaml'), 'mine');
  await expect(writeManifests(folder, serversOf('a', 'b', 'c'), false)).rejects.toMatchObject({
    code: 'exists',
    message: expect.stringContaining('b.yaml is there already') as string,
  });
  expect(await readdir(folder)).toEqual(['b.yaml']);
  expect(await readFile(join(folder, 'b.yaml'), 'utf8')).toBe('mine');
});

test('neither is what a link leads to, nor the link', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'mine'), 'mine');
  await symlink(join(folder, 'mine'), join(folder, 'a.yaml'));
  await expect(writeManifests(folder, serversOf('a'), false)).rejects.toMatchObject({ code: 'exists' });
  await writeManifests(folder, serversOf('a'), true);
  expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine');
});

test('with force it is, and the folder holds nothing else afterwards', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'b.yaml'), 'mine');
  await writeManifests(folder, serversOf('a', 'b'), true);
  expect(await readdir(folder)).toEqual(['a.yaml', 'b.yaml']);
  expect(await readFile(join(folder, 'b.yaml'), 'utf8')).toContain('kind: McpServer');
});

test('where one cannot be put into its place, the folder is as it was', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.yaml'), 'mine');
  // Nothing forces a file into the place of a folder.
  await mkdir(join(folder, 'c.yaml'));
  await expect(writeManifests(folder, serversOf('a', 'b', 'c'), true)).rejects.toMatchObject({ code: 'not_written' });
  expect(await readdir(folder)).toEqual(['a.yaml', 'c.yaml']);
  expect(await readFile(join(folder, 'a.yaml'), 'utf8')).toBe('mine');
});
