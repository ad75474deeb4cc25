import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecrets } from './read-secrets.ts';

test('a Secret is the files of its folder, without the line break at their end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-secrets-'));
  const db = join(folder, 'db');
  await mkdir(join(db, 'folder'), { recursive: true });
  await writeFile(join(db, 'password'), 'p w\r\n');
  await writeFile(join(db, 'lines'), 'a\nb\n\n');
  await writeFile(join(db, '.hidden'), 'x');
  await writeFile(join(db, 'large'), 'x'.repeat(1024 * 1024 + 1));
  await symlink(join(db, 'password'), join(db, 'linked.key'));
  await mkdir(join(folder, 'empty'));

  const secrets = await readSecrets(['db', 'empty', 'absent'], (name) => join(folder, name));
  expect(Object.fromEntries(secrets)).toEqual({
    db: { password: 'p w', lines: 'a\nb\n', 'linked.key': 'p w' },
    empty: {},
  });
  await rm(folder, { recursive: true });
});
