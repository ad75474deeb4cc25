import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { mcpServer } from '../gateway/testing/memory-source.ts';
import { startApp, type RunningApp } from '../gateway/testing/start-app.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { updateCredentials } from './credentials/credentials-file.ts';
import { createProgram } from './program.ts';

let app: RunningApp;
let printed: string;

beforeAll(async () => {
  const backend = 'http://127.0.0.1:1/mcp';
  app = await startApp({
    servers: [
      mcpServer('notes', { backend, spec: { displayInWeb: true, oauth: { scopes: ['user'] } } }),
      mcpServer('open', { backend, spec: { displayInWeb: true, oauth: { required: false } } }),
    ],
  });
});
afterAll(async () => app[Symbol.asyncDispose]());

beforeEach(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    printed += String(part);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const token = async (server: string): Promise<unknown> => {
  const argv = ['token', '--server', server, '--gateway', app.url];
  return (await createProgram(argv, {})).parseAsync(argv, { from: 'user' });
};

test('at a gateway it is that of who has signed in there', async () => {
  await expect(token('notes')).rejects.toMatchObject({
    code: 'not_signed_in',
    message: expect.stringContaining(`mooring login ${app.url}`),
  });
  const registry = '/api/v1/mcp/registry';
  const expiresAt = Date.now() + 900_000;
  const accessTokens = {
    [app.url + registry]: { token: await app.token(registry, { scope: 'user' }), expiresAt },
    [app.endpoint('notes')]: { token: 'for-notes', expiresAt },
  };
  const credential = { issuer: app.url, tokenEndpoint: `${app.url}/none`, refreshToken: 'r', accessTokens };
  await updateCredentials(async (_, write) => write({ gateways: { [app.url]: credential } }));
  await token('default/notes');
  expect(printed).toBe('for-notes\n');
});

test('a server that is open needs none', async () => {
  await expect(token('open')).rejects.toMatchObject({
    code: 'no_token',
    message: `open is open to everybody: call it without a token. For one of yours: mooring login ${app.url}`,
  });
  expect(printed).toBe('');
});
