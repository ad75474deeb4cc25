import { readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { makeFolder } from './make-folder.ts';

test('a folder is made with those that it lies in, each with the mode; what is there stays', async () => {
  const home = await temporaryFolder();
  await makeFolder(join(home, 'a', 'b'), 0o700);
  await writeFile(join(home, 'a', 'b', 'kept'), '');
  await makeFolder(join(home, 'a', 'b'));
  expect(await readdir(join(home, 'a', 'b'))).toEqual(['kept']);
  for (const path of ['a', 'a/b']) expect((await stat(join(home, path))).mode & 0o777).toBe(0o700);
});

test('two at once make one', async () => {
  const path = join(await temporaryFolder(), 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path)]);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('a link to a folder is one', async () => {
  const home = await temporaryFolder();
  await makeFolder(join(home, 'real'));
  await symlink('real', join(home, 'link'));
  await makeFolder(join(home, 'link', 'a'));
  expect(await readdir(join(home, 'real'))).toEqual(['a']);
});

test('a file in the way is an error', async () => {
  const home = await temporaryFolder();
  await writeFile(join(home, 'file'), '');
  for (const path of ['file', 'file/a']) {
    await expect(makeFolder(join(home, path))).rejects.toMatchObject({ code: 'EEXIST' });
  }
});

test.runIf(process.platform === 'linux')('it ends where a file system will not hold it', async () => {
  await expect(makeFolder('/proc/mooring/a')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it ends with a path that is too long', async () => {
  await expect(makeFolder(join(await temporaryFolder(), 'a/'.repeat(5000)))).rejects.toMatchObject({
    code: 'ENAMETOOLONG',
  });
});
