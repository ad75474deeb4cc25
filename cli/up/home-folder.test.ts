import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openHomeFolder } from './home-folder.ts';

test('a missing folder is made, for its owner only, and opened again', async () => {
  const home = join(await temporaryFolder(), 'a', 'b');
  await openHomeFolder(home);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await openHomeFolder(home);
});

test('a folder that others can look into is refused, and stays as it is', async () => {
  const home = join(await temporaryFolder(), 'shared');
  await mkdir(home);
  await chmod(home, 0o1777);
  await expect(openHomeFolder(home)).rejects.toMatchObject({
    code: 'home_unusable',
    message: expect.stringContaining('chmod 700'),
  });
  expect((await stat(home)).mode & 0o1777).toBe(0o1777);
});

test('a file and a link are refused', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await symlink('/', join(folder, 'link'));
  for (const name of ['file', 'link']) {
    await expect(openHomeFolder(join(folder, name))).rejects.toMatchObject({ code: 'home_unusable' });
  }
});
