import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { saveFiles } from './save-files.ts';

const file = (mimeType: string, text = 'x') => ({ mimeType, bytes: Buffer.from(text) });

test('files are called after the tool, by their types, and none is overwritten', async () => {
  const folder = join(await temporaryFolder(), 'new', 'one');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'draw-1.png'), 'mine');
  const saved = await saveFiles(folder, 'draw', [file('image/png', 'a'), file('Audio/WAV; x=1'), file('x/../../y')]);
  expect(saved.map(({ path }) => path)).toEqual(
    ['draw-2.png', 'draw-3.wav', 'draw-4.bin'].map((name) => join(folder, name)),
  );
  expect(await readFile(join(folder, 'draw-1.png'), 'utf8')).toBe('mine');
  expect(await readFile(join(folder, 'draw-2.png'), 'utf8')).toBe('a');
});

test('no name of a tool leads out of the folder', async () => {
  const parent = await temporaryFolder();
  const folder = join(parent, 'in');
  for (const tool of ['../out', '..', '.hidden', '/etc/x', 'a\0b']) await saveFiles(folder, tool, [file('image/png')]);
  expect(await readdir(parent)).toEqual(['in']);
  expect((await readdir(folder)).every((name) => /^[A-Za-z_][\w.-]*-\d+\.png$/.test(name))).toBe(true);
});

test('no folder is made for nothing, and one that cannot be written to is told', async () => {
  const folder = await temporaryFolder();
  await saveFiles(join(folder, 'none'), 'draw', []);
  expect(await readdir(folder)).toEqual([]);
  await expect(saveFiles('/dev/null/x', 'draw', [file('image/png')])).rejects.toMatchObject({
    code: 'not_saved',
    message: expect.stringContaining('The tool was called.') as string,
  });
});
