import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { updateCredentials } from '../credentials/credentials-file.ts';
import type { Place } from '../places/place.ts';
import { notDiscovered } from './not-discovered.ts';

const URL = 'https://mcp.example.com';
const place: Place = {
  kind: 'gateway',
  label: URL,
  namespace: undefined,
  list: async () => ({ servers: [], problems: [] }),
  access: async () => ({ url: '' }),
  close: async () => {},
};

afterEach(() => vi.unstubAllEnvs());

test('who has signed in to the gateway is not told to do so', async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  const fix = async (): Promise<string | undefined> =>
    (await notDiscovered({ place, name: 'off', servers: [], problems: [], cluster: undefined })).finding?.fix;
  expect(await fix()).toContain(`mooring login ${URL}`);
  const credential = { issuer: URL, tokenEndpoint: `${URL}/token`, refreshToken: 'r', accessTokens: {} };
  await updateCredentials(async (_, write) => write({ gateways: { [URL]: credential } }));
  expect(await fix()).toBe('Ask its owner.');
});
