import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProcessGuard } from '../process-guard.ts';
import { assertOnlyRootWrites, copyOnce } from './program-copy.ts';
import { restoreLinks } from './program-links.ts';

/** A package as npm unpacks it with a strict umask, and without install scripts. */
async function unpacked(): Promise<{ folder: string; native: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-programs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const native = join(folder, 'native');
  for (const part of ['bin', 'lib']) await mkdir(join(native, part), { recursive: true, mode: 0o700 });
  await writeFile(join(native, 'bin', 'postgres'), 'program', { mode: 0o700 });
  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 });
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links));
  return { folder, native };
}

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

test('the links of the package are restored, as often as wanted', async () => {
  const { native } = await unpacked();
  expect(await restoreLinks(native)).toBe(true);
  expect(await restoreLinks(native)).toBe(true);
  expect(await readlink(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect(await readFile(join(native, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
});

test('a copy has the links, everybody may read it and its owner alone may write', async () => {
  const { folder, native } = await unpacked();
  const target = join(folder, 'copies', 'postgres-1');
  expect(await copyOnce(native, target, startProcessGuard())).toBe(target);
  expect(await readFile(join(target, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  for (const path of ['..', '.', 'bin', 'lib', 'bin/postgres'])
    expect([path, await mode(join(target, path))]).toEqual([path, '755']);
  expect(await mode(join(target, 'lib/libpq.so.5.18'))).toBe('644');
});

test('copies that are made at the same time become one, which stays', async () => {
  const { folder, native } = await unpacked();
  const target = join(folder, 'postgres-1');
  const guard = startProcessGuard();
  await Promise.all([1, 2, 3].map(() => copyOnce(native, target, guard)));
  const { ino } = await lstat(target);
  await copyOnce(native, target, guard);
  expect((await lstat(target)).ino).toBe(ino);
  expect((await readdir(folder)).sort()).toEqual(['native', 'postgres-1']);
});

test.runIf(process.getuid?.() === 0)(
  'root does not run what others may write, nor what lies where they may',
  async () => {
    const { folder, native } = await unpacked();
    // The folder for temporary files is open to everybody.
    await expect(assertOnlyRootWrites(native)).rejects.toMatchObject({ code: 'postgres_programs_not_safe' });
    await chmod(folder, 0o777);
    await expect(assertOnlyRootWrites(folder)).rejects.toThrow(folder);
    await expect(assertOnlyRootWrites('/usr/bin')).resolves.toBeUndefined();
  },
);
