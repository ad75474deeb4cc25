import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { newKeyFile } from '../../core/keys.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { mountedFiles } from './mounted-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

test('keys, URL and password are read where they are mounted, without the newline of who wrote them by hand', async () => {
  await write('keys/keys.json', await newKeyFile(GATEWAY_KEYS));
  await write('database/url', 'postgresql://gateway:secret@database/mooring\n');
  await write('admin/password', ' with spaces \r\n');
  const files = mountedFiles(folder);
  expect(Object.keys(await files.keys()).sort()).toEqual(Object.keys(GATEWAY_KEYS).sort());
  expect(await files.databaseUrl()).toBe('postgresql://gateway:secret@database/mooring');
  expect(await files.adminPassword()).toBe(' with spaces ');
  expect(files.identityJwks).toBe(join(folder, 'identity/jwks.json'));
});

test('what is missing or empty is named', async () => {
  const files = mountedFiles(folder);
  await expect(files.databaseUrl()).rejects.toMatchObject({
    code: 'file_missing',
    message: `${join(folder, 'database/url')} cannot be read (ENOENT).`,
  });
  await write('admin/password', '\n');
  await expect(files.adminPassword()).rejects.toMatchObject({ message: expect.stringMatching(/password is empty/) });
  await write('keys/keys.json', await newKeyFile({ tokens: 'ES256' }));
  await expect(files.keys()).rejects.toMatchObject({
    code: 'key_file_incomplete',
    message: expect.stringMatching(/no key for .*seal/),
  });
});
