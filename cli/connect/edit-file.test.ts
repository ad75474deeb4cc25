import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { editFile } from './edit-file.ts';

const read = async (path: string): Promise<string> => readFile(path, 'utf8');

test('the file is changed, keeps its rights, and what it was is beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'config.json');
  await writeFile(path, 'before');
  await chmod(path, 0o640);
  expect(await editFile(path, (text) => `${text} and after`)).toEqual({ path, backup: `${path}.bak` });
  expect([await read(path), await read(`${path}.bak`)]).toEqual(['before and after', 'before']);
  expect([(await stat(path)).mode & 0o777, (await stat(`${path}.bak`)).mode & 0o777]).toEqual([0o640, 0o640]);
  expect(await readdir(folder)).toEqual(['config.json', 'config.json.bak']);
});

test('a file that is not there is made, with its folders, for the owner only', async () => {
  const path = join(await temporaryFolder(), 'a', 'b', 'config.json');
  expect(await editFile(path, (text) => `${text}new`)).toEqual({ path });
  expect(await read(path)).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('nothing is written where nothing changes', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'x'), 'same');
  expect(await editFile(join(folder, 'x'), (text) => text)).toEqual({ path: join(folder, 'x') });
  expect(await readdir(folder)).toEqual(['x']);
});

test('a link is followed, also to a file that is not there yet', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'dotfiles'));
  await writeFile(join(folder, 'dotfiles', 'old'), 'old');
  for (const name of ['old', 'new']) await symlink(join('dotfiles', name), join(folder, name));
  for (const name of ['old', 'new']) await editFile(join(folder, name), (text) => `${text}+`);
  expect(await read(join(folder, 'dotfiles', 'old'))).toBe('old+');
  expect(await read(join(folder, 'dotfiles', 'new'))).toBe('+');
  expect(await readdir(join(folder, 'dotfiles'))).toEqual(['new', 'old', 'old.bak']);
});

test('a copy that is there is kept, and so is what a link of that name leads to', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'x');
  await writeFile(path, 'first');
  await symlink(join(folder, 'profile'), `${path}.bak`);
  await writeFile(`${path}.bak.2`, 'mine');
  expect(await editFile(path, () => 'second')).toEqual({ path, backup: `${path}.bak.3` });
  expect(await editFile(path, () => 'third')).toEqual({ path, backup: `${path}.bak.4` });
  expect(
    await Promise.all(['x', 'x.bak.2', 'x.bak.3', 'x.bak.4'].map(async (name) => read(join(folder, name)))),
  ).toEqual(['third', 'mine', 'first', 'second']);
  expect(await readdir(folder)).not.toContain('profile');
});

test('where there are too many copies nothing is written', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'x');
  const copies = Array.from({ length: 100 }, (_, index) => (index === 0 ? 'x.bak' : `x.bak.${index + 1}`));
  for (const name of ['x', ...copies]) await writeFile(join(folder, name), 'mine');
  await expect(editFile(path, () => 'after')).rejects.toMatchObject({ code: 'too_many_copies' });
  expect(await readdir(folder)).toEqual(['x', ...copies].toSorted());
  expect(await read(path)).toBe('mine');
});

test('a byte order mark stays', async () => {
  const path = join(await temporaryFolder(), 'x');
  await writeFile(path, '\uFEFFa');
  await editFile(path, (text) => `${text}b`);
  expect(await read(path)).toBe('\uFEFFab');
});

test('what the program wrote in the same moment is not lost', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'x');
  await writeFile(path, 'before');
  const edited = editFile(path, () => {
    writeFileSync(path, 'by the program');
    return 'after';
  });
  await expect(edited).rejects.toMatchObject({ code: 'changed_meanwhile' });
  expect(await read(path)).toBe('by the program');
  expect(await readdir(folder)).toEqual(['x']);
});

test('what edit throws leaves the file alone', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'x'), 'before');
  const edited = editFile(join(folder, 'x'), () => {
    throw new RangeError('no');
  });
  await expect(edited).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual(['x']);
});

test('a folder in its place is a Failure', async () => {
  const folder = await temporaryFolder();
  await expect(editFile(folder, () => 'x')).rejects.toMatchObject({ code: 'not_written' });
});
