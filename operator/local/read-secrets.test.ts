import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecrets } from './read-secrets.ts';

test('a Secret is the files of its folder, without the line break at their end; those that others may read are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-secrets-'));
  const db = join(folder, 'db');
  await mkdir(join(db, 'folder'), { recursive: true });
  await writeFile(join(db, 'password'), 'p w\r\n', { mode: 0o600 });
  await writeFile(join(db, 'lines'), 'a\nb\n\n', { mode: 0o640 });
  await writeFile(join(db, '.hidden'), 'x');
  await writeFile(join(db, 'large'), 'x'.repeat(1024 * 1024 + 1));
  await symlink(join(db, 'password'), join(db, 'linked.key'));
  await mkdir(join(folder, 'empty'));

  const exposed: string[] = [];
  const secrets = await readSecrets(
    ['db', 'empty', 'absent'],
    (name) => join(folder, name),
    (path) => exposed.push(path),
  );
  expect(exposed).toEqual([join(db, 'lines')]);
  expect(Object.fromEntries(secrets)).toEqual({
    db: { password: 'p w', lines: 'a\nb\n', 'linked.key': 'p w' },
    empty: {},
  });
  await rm(folder, { recursive: true });
});
