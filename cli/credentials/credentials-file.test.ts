import { chmod, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { credentialsPath, readCredentials, updateCredentials } from './credentials-file.ts';

const CREDENTIAL = { issuer: 'i', tokenEndpoint: 't', refreshToken: 'secret', accessTokens: {} };

let path: string;
beforeEach(async () => {
  path = credentialsPath({ XDG_CONFIG_HOME: join(await temporaryFolder(), 'config') });
});

const add = async (origin: string): Promise<void> =>
  updateCredentials(async ({ gateways }, write) => write({ gateways: { ...gateways, [origin]: CREDENTIAL } }), path);

const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

test('nothing is there at first', async () => {
  expect(await readCredentials(path)).toEqual({ gateways: {} });
});

test('what is written is for its owner only, whatever the umask', async () => {
  const before = process.umask(0);
  await add('https://a.example').finally(() => process.umask(before));
  expect([await mode(path), await mode(dirname(path))]).toEqual([0o600, 0o700]);
});

test('changes at the same moment are all there afterwards', async () => {
  const origins = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example`);
  await Promise.all(origins.map(add));
  expect(Object.keys((await readCredentials(path)).gateways).sort()).toEqual(origins);
});

test.each(['640', '604', '620', '644', '677'])('a file of mode %s is refused, and not shown', async (bits) => {
  await add('https://a.example');
  await chmod(path, Number.parseInt(bits, 8));
  const refusal = readCredentials(path);
  await expect(refusal).rejects.toMatchObject({
    code: 'credentials_exposed',
    message: expect.stringContaining(`chmod 600 ${path}`),
  });
  await expect(add('https://b.example')).rejects.toMatchObject({ code: 'credentials_exposed' });
});

test.each(['', '{', '[]', '{"gateways":{"https://a.example":{"refreshToken":"secret"}}}'])(
  'a file with %j is damaged, and stays as it is',
  async (text) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
    const refusal = add('https://a.example');
    await expect(refusal).rejects.toMatchObject({ code: 'credentials_unreadable' });
    await expect(refusal).rejects.not.toThrow('secret');
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

test.each([
  ['a time without end', { accessTokens: { x: { token: 't', expiresAt: Infinity } } }],
  ['more than fits', { refreshToken: 'x'.repeat(16 * 1024 * 1024) }],
])('%s is not written, so that the sign-ins that are there stay', async (_, change) => {
  await add('https://a.example');
  const write = updateCredentials(
    async ({ gateways }, save) =>
      save({ gateways: { ...gateways, 'https://evil.example': { ...CREDENTIAL, ...change } } }),
    path,
  );
  await expect(write).rejects.toMatchObject({ code: 'credentials_unfit' });
  expect(Object.keys((await readCredentials(path)).gateways)).toEqual(['https://a.example']);
});

test('a file without end is not read', async () => {
  await add('https://a.example');
  await truncate(path, 17 * 1024 * 1024);
  await expect(readCredentials(path)).rejects.toMatchObject({ code: 'credentials_unreadable' });
});

test('where the file is', () => {
  expect(credentialsPath({ XDG_CONFIG_HOME: '/x' })).toBe('/x/mooring/credentials.json');
  expect(credentialsPath({ XDG_CONFIG_HOME: '' })).toMatch(/\/\.config\/mooring\/credentials\.json$/);
});
