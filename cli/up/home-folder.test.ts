import { chmod, mkdir, mkdtemp, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHomeFolder } from './home-folder.ts';

const newFolder = async () => mkdtemp(join(tmpdir(), 'mooring-home-'));

test('a missing folder is made, for its owner only, and opened again', async () => {
  const home = join(await newFolder(), 'a', 'b');
  await openHomeFolder(home);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await openHomeFolder(home);
});

test('a folder that others can look into is refused, and stays as it is', async () => {
  const home = join(await newFolder(), 'shared');
  await mkdir(home);
  await chmod(home, 0o1777);
  await expect(openHomeFolder(home)).rejects.toMatchObject({
    code: 'home_unusable',
    message: expect.stringContaining('chmod 700'),
  });
  expect((await stat(home)).mode & 0o1777).toBe(0o1777);
});

test('a file and a link are refused', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'file'), '');
  await symlink('/', join(folder, 'link'));
  for (const name of ['file', 'link']) {
    await expect(openHomeFolder(join(folder, name))).rejects.toMatchObject({ code: 'home_unusable' });
  }
});
