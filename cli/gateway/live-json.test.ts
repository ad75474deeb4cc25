import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readableLog } from '../../test/support/log-lines.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openLiveJson } from './live-json.ts';

/** As kubelet writes a ConfigMap (atomic_writer.go): a link to a folder is exchanged, through which the file is a link. */
async function mount(folder: string, version: string, content: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'jwks.json'), content);
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await symlink('..data/jwks.json', join(folder, 'jwks.json')).catch(() => undefined);
}

test('a mounted file is followed, and its last good content stays', async () => {
  const folder = await temporaryFolder();
  const { log, lines } = readableLog();
  const path = join(folder, 'jwks.json');
  await expect(openLiveJson(path, log)).rejects.toThrow('ENOENT');
  await mount(folder, '..1', '{"keys":["first"]}');
  const live = await openLiveJson(path, log, 20);
  expect(live.current()).toEqual({ keys: ['first'] });
  await mount(folder, '..2', '{"keys":["second"]}');
  await rm(join(folder, '..1'), { recursive: true });
  await expect.poll(() => live.current()).toEqual({ keys: ['second'] });
  await mount(folder, '..3', 'not JSON');
  await expect.poll(() => lines().map(({ msg }) => msg)).toContain('file not reloaded: the last good content stays');
  expect(live.current()).toEqual({ keys: ['second'] });
  live.close();
});
