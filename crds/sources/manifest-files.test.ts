import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestText } from '../testing/manifest-text.ts';
import { lookAtFiles, type FileLook } from './manifest-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-files-'));
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

async function lookAt(file: string, known?: FileLook, now?: number): Promise<FileLook> {
  const { files } = await lookAtFiles([file], new Map(known ? [[file, known]] : []), () => now ?? Date.now());
  const look = files.get(file);
  if (!look) throw new Error('no such file');
  return look;
}

test('a file whose stamp is younger than a tick of the clock is read again', async () => {
  const file = join(folder, 'a.yaml');
  await writeFile(file, manifestText('a'));
  const young = await lookAt(file);
  // As after a second write within the tick of the first, of the same length: the stamp is the same, the content is not.
  const misled: FileLook = { ...young, digest: 'of the first write' };
  expect((await lookAt(file, misled)).digest).toBe(young.digest);

  const old = { ...misled, readAt: misled.changedAt + 2001 };
  expect(await lookAt(file, old)).toBe(old);
});

test('what is the same is not parsed again', async () => {
  const file = join(folder, 'a.yaml');
  await writeFile(file, manifestText('a'));
  const look = await lookAt(file);
  await writeFile(file, manifestText('a'));
  const again = await lookAt(file, look);
  expect(again).not.toBe(look);
  expect(again.parsed).toBe(look.parsed);
});

test('of more files than are read, the first by name are read, and somebody is told', async () => {
  await Promise.all(Array.from({ length: 1001 }, (_, i) => writeFile(join(folder, `${1000 + i}.yaml`), '')));
  const { files, problems } = await lookAtFiles([folder], new Map());
  expect(files.size).toBe(1000);
  expect(files.has(join(folder, '2000.yaml'))).toBe(false);
  expect(problems).toMatchObject([{ message: '1001 files are more than Mooring reads' }]);
});
