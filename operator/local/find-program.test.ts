import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

let folder: string;
let where: Parameters<typeof findProgram>[1];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-find-'));
  await mkdir(join(folder, 'one', 'folder'), { recursive: true });
  await mkdir(join(folder, 'two'));
  await writeFile(join(folder, 'one', 'locked'), '', { mode: 0o644 });
  await writeFile(join(folder, 'two', 'tool'), '', { mode: 0o755 });
  await writeFile(join(folder, 'two', 'locked'), '', { mode: 0o755 });
  await writeFile(join(folder, 'two', 'folder'), '', { mode: 0o755 });
  await symlink(join(folder, 'two', 'tool'), join(folder, 'one', 'linked'));
  where = { path: `${folder}/one:${folder}/two`, folder: join(folder, 'two') };
});
afterAll(async () => rm(folder, { recursive: true }));

test.each([
  ['tool', 'two/tool'],
  ['linked', 'one/linked'],
  // As a shell: what cannot be run is passed over.
  ['locked', 'two/locked'],
  ['folder', 'two/folder'],
  ['./tool', 'two/tool'],
  ['../one/linked', 'one/linked'],
])('%s is %s', async (binary, expected) => {
  expect(await findProgram(binary, where)).toBe(join(folder, expected));
});

test('what is not there is named, with where it was looked for', async () => {
  const absent = await findProgram('absent', where);
  expect(absent).toMatchObject({ reason: 'BinaryNotFound', stalled: true });
  expect(absent).toHaveProperty('message', expect.stringContaining(`"absent" on the PATH`));
  expect(absent).toHaveProperty('message', expect.stringContaining(where.path));
  expect(await findProgram('./absent', where)).toHaveProperty(
    'message',
    expect.stringContaining(join(folder, 'two', 'absent')),
  );
  expect(await findProgram('/one/locked', where)).toMatchObject({ reason: 'BinaryNotFound' });
  expect(await findProgram('../one/locked', where)).toMatchObject({ reason: 'BinaryNotExecutable' });
});
