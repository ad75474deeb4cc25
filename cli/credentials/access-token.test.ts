import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { tokens } from '../../gateway/authorization-server/testing/oauth-flow.ts';
import { startRig, type Rig } from '../../gateway/authorization-server/testing/rig.ts';
import { createHttpBrowser } from '../../gateway/authorization-server/testing/http-browser.ts';
import { mcpServer } from '../../gateway/testing/memory-source.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { accessToken } from './access-token.ts';
import { credentialsPath, readCredentials, updateCredentials } from './credentials-file.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const run = promisify(execFile);

let rig: Rig;
let folder: string;

beforeAll(async () => {
  rig = await startRig({
    servers: NAMES.map((name) => mcpServer(name, { spec: { oauth: { scopes: ['user', 'x'] } } })),
  });
});
afterAll(async () => rig.close());

beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  await signIn();
  return () => vi.unstubAllEnvs();
});

async function signIn(): Promise<void> {
  const resource = rig.resources.registry().url;
  const flow = { clientId: 'mooring-cli', redirectUri: 'http://127.0.0.1:1/callback', resource };
  const { refresh_token: refreshToken = '' } = await tokens(rig, flow, createHttpBrowser(rig.issuer, rig.local));
  const tokenEndpoint = `${rig.issuer}/oauth/token`;
  await updateCredentials(async (_, write) =>
    write({ gateways: { [rig.issuer]: { issuer: rig.issuer, tokenEndpoint, refreshToken, accessTokens: {} } } }),
  );
}

const url = (name: string): string => rig.resource(name).url;
const get = async (name: string, scope?: string) => accessToken(rig.issuer, { resource: url(name), scope });
const kept = async () => (await readCredentials()).gateways[rig.issuer];

async function change(edit: (credential: NonNullable<Awaited<ReturnType<typeof kept>>>) => void): Promise<void> {
  await updateCredentials(async (current, write) => {
    for (const credential of Object.values(current.gateways)) edit(credential);
    await write(current);
  });
}

test('five processes that need a token at the same moment each get theirs, and the sign-in goes on', async () => {
  const program = join(import.meta.dirname, 'testdata', 'access-token.ts');
  // And one more was killed as it asked.
  const { pid } = spawnSync('true');
  await writeFile(`${credentialsPath()}.lock`, JSON.stringify({ pid, host: hostname(), id: 'x' }), { mode: 0o600 });
  const answers = await Promise.all(
    NAMES.map(async (name) => run(process.execPath, [program, rig.issuer, url(name)], { env: process.env })),
  );
  expect(answers.map(({ stdout }) => decodeJwt(stdout).aud)).toEqual(NAMES.map(url));
  expect(Object.keys((await kept())?.accessTokens ?? {}).sort()).toEqual(NAMES.map(url));
  await change((credential) => {
    credential.accessTokens = {};
  });
  expect(decodeJwt(await get('a')).aud).toBe(url('a'));
});

test('a token is kept until shortly before it ends', async () => {
  const first = await get('a');
  expect(await get('a')).toBe(first);
  await change(({ accessTokens }) => {
    for (const token of Object.values(accessTokens)) token.expiresAt = Date.now() + 59_000;
  });
  expect(await get('a')).not.toBe(first);
});

test('one with fewer scopes is another one', async () => {
  const all = await get('a');
  const fewer = await get('a', 'x');
  expect([decodeJwt(all)['scope'], decodeJwt(fewer)['scope']]).toEqual(['user x', 'x']);
  expect(await get('a', 'x')).toBe(fewer);
  expect(await get('a')).toBe(all);
});

test('a scope that the sign-in has not', async () => {
  await expect(get('a', 'other')).rejects.toMatchObject({
    code: 'missing_scope',
    message: expect.stringContaining(`mooring login ${rig.issuer}`),
  });
  expect(decodeJwt(await get('a')).aud).toBe(url('a'));
});

test('a server that came later', async () => {
  rig.source.put(mcpServer('later'));
  try {
    await expect(get('later')).rejects.toMatchObject({
      code: 'not_signed_in',
      message: expect.stringContaining(`Sign in again: mooring login ${rig.issuer}`),
    });
    expect(decodeJwt(await get('a')).aud).toBe(url('a'));
  } finally {
    rig.source.remove('default/later');
  }
});

test('a sign-in that has ended', async () => {
  await change((credential) => {
    credential.refreshToken = 'spent';
  });
  await expect(get('a')).rejects.toMatchObject({
    code: 'not_signed_in',
    message: expect.stringContaining(`mooring login ${rig.issuer}`),
  });
});

test('no sign-in', async () => {
  await expect(accessToken('https://other.example', { resource: 'https://other.example/x' })).rejects.toMatchObject({
    code: 'not_signed_in',
    message: 'Sign in first: mooring login https://other.example',
  });
});

test('a gateway whose name a shell would run stands in the hint as one word', async () => {
  const origin = 'https://x$(touch${ifs}a)y.example';
  await expect(accessToken(origin, { resource: origin })).rejects.toMatchObject({
    message: `Sign in first: mooring login '${origin}'`,
  });
});

test('a gateway that does not answer', async () => {
  await change((credential) => {
    credential.tokenEndpoint = 'http://localhost:2/oauth/token';
  });
  await expect(get('a')).rejects.toMatchObject({ code: 'unreachable' });
});
