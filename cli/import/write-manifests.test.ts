import { mkdirSync, readFileSync, rmSync } from 'node:fs';
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

test('a former file that cannot be put back is kept, and named', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.yaml');
  await writeFile(path, 'mine');
  // The last of many cannot be written; before that somebody puts a folder where the first was.
  await mkdir(join(folder, 'z.yaml'));
  const many = Array.from({ length: 30 }, (_, index) => `m${index}`);
  let isDone = false;
  const writing = writeManifests(folder, serversOf('a', ...many, 'z'), true).finally(() => (isDone = true));
  const putInTheWay = (): void => {
    if (isDone) return;
    if (contentOf(path).includes('kind: McpServer')) {
      rmSync(path);
      mkdirSync(join(path, 'theirs'), { recursive: true });
      isDone = true;
    } else setImmediate(putInTheWay);
  };
  putInTheWay();
  const failure = await writing.catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ code: 'not_put_back' });
  const kept = (await readdir(folder)).find((name) => name.endsWith('.old')) ?? '';
  expect(await readFile(join(folder, kept), 'utf8')).toBe('mine');
  expect(String(failure)).toContain(`${join(folder, kept)} was ${path}`);
  expect(await readdir(folder)).toEqual([kept, 'a.yaml', 'z.yaml']);
});

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

test.runIf(process.platform === 'linux')('where no folder can be made it ends', async () => {
  await expect(writeManifests('/proc/mooring', serversOf('a'), false)).rejects.toMatchObject({ code: 'not_written' });
});
