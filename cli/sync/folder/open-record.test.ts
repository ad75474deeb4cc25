import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Remembered } from '../base.ts';
import { openRecord } from './open-record.ts';

const agreed: Remembered = { agreed: `all:${'0'.repeat(64)}` };

test('what was remembered is there the next time, for the same place only, and git leaves it alone', async () => {
  const folder = await temporaryFolder();
  const record = await openRecord(folder, 'cluster a');
  expect(record.remembered.size).toBe(0);
  const intent: Remembered = { intent: { side: 'place', before: null, version: '7' } };
  await record.remember(
    new Map<string, Remembered>([
      ['n/a', agreed],
      ['n/b', intent],
    ]),
  );
  await record.remember(new Map([['n/a', undefined]]));
  expect([...(await openRecord(folder, 'cluster a')).remembered]).toEqual([['n/b', intent]]);
  expect((await openRecord(folder, 'cluster b')).remembered.size).toBe(0);
  expect(await readFile(join(folder, '.mooring-sync/.gitignore'), 'utf8')).toBe('*\n');
});

test('a link in its place is refused, and nothing is written where it leads', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await symlink(elsewhere, join(folder, '.mooring-sync'));
  await expect(openRecord(folder, 'x')).rejects.toMatchObject({ code: 'broken_record' });
  expect(await readdir(elsewhere)).toEqual([]);
});

test('reading makes no file, and its own file is for its owner', async () => {
  const folder = await temporaryFolder();
  const record = await openRecord(folder, 'x');
  expect(await readdir(folder)).toEqual([]);
  await record.remember(new Map([['n/a', agreed]]));
  const [, name = ''] = (await readdir(join(folder, '.mooring-sync'))).toSorted();
  expect((await stat(join(folder, '.mooring-sync', name))).mode & 0o777).toBe(0o600);
});

test('a record that cannot be read is told, not taken for none', async () => {
  const folder = await temporaryFolder();
  await (await openRecord(folder, 'x')).remember(new Map([['n/a', agreed]]));
  const [, name = ''] = (await readdir(join(folder, '.mooring-sync'))).toSorted();
  await writeFile(join(folder, '.mooring-sync', name), '{"servers": {"n/a": {"agreed": "all:1"}}}');
  await expect(openRecord(folder, 'x')).rejects.toMatchObject({ code: 'broken_record' });
});
