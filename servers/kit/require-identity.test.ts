import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newKey, rotated } from '../../core/keys.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { followIdentityKeys } from './identity-keys.ts';
import { requireIdentity, type Identify } from './require-identity.ts';

const USER = { subject: 'ada', clientId: 'test', scopes: ['user'] };
let identities: Identities;
let log: ReturnType<typeof readableLog>;

const identifier = (): Identify =>
  requireIdentity('default/marketplace', followIdentityKeys(identities.jwksFile, log.log));
const headers = async (...args: Parameters<Identities['headers']>) => new Headers(await identities.headers(...args));
const verifications = () => vi.spyOn(crypto.subtle, 'verify');

beforeEach(async () => {
  identities = await createIdentities();
  log = readableLog();
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await identities[Symbol.asyncDispose]();
});

describe('a verified identity', () => {
  test('is who the gateway says', async () => {
    await expect(identifier()(await headers(USER))).resolves.toEqual({ issuer: 'mooring:gateway', ...USER });
  });

  test('costs one verification as long as it lasts', async () => {
    const identify = identifier();
    const sent = await headers(USER);
    const verify = verifications();
    for (let request = 0; request < 5; request++) await identify(sent);
    expect(verify).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(66_000);
    await expect(identify(sent)).rejects.toMatchObject({ status: 401, code: 'invalid_identity' });
  });

  test('is forgotten when the keys change', async () => {
    const identify = identifier();
    const sent = await headers(USER);
    await identify(sent);
    await identities.publish({ 'mooring:gateway': [await newKey('ES256')] });
    vi.advanceTimersByTime(1001);
    await expect(identify(sent)).rejects.toMatchObject({ status: 401 });
  });

  test('is forgotten when many others come, and verified again', async () => {
    const identify = identifier();
    const first = await headers(USER);
    await identify(first);
    for (let other = 0; other < 1024; other++) await identify(await headers({ ...USER, subject: `u${other}` }));
    const verify = verifications();
    await identify(first);
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

describe('the file of keys', () => {
  test('may get a new key that signs at once', async () => {
    const identify = identifier();
    await identify(await headers(USER));
    const ring = await rotated(identities.rings['mooring:gateway'], 60);
    await identities.publish({ 'mooring:gateway': ring });
    await expect(identify(await headers(USER, { ring: [ring[0]] }))).resolves.toMatchObject(USER);
    await expect(identify(await headers(USER))).resolves.toMatchObject(USER);
  });

  test.each(['', '{"keys":[{"kty"', '{"keys":[]}', '{"keys":[{"kty":"EC","crv":"P-256","kid":"k"}]}'])(
    'keeps its last good content while it is %j',
    async (content) => {
      const identify = identifier();
      await identify(await headers(USER));
      await writeFile(identities.jwksFile, content);
      vi.advanceTimersByTime(1001);
      await expect(identify(await headers(USER))).resolves.toMatchObject(USER);
      expect(log.text()).toContain('identity keys kept');
    },
  );

  test('keeps its last good content while it is away, and says so once', async () => {
    const keys = followIdentityKeys(identities.jwksFile, log.log);
    const good = await keys.current();
    await rm(identities.jwksFile);
    for (let look = 0; look < 3; look++) expect(await keys.refresh()).toBe(good);
    expect(log.lines().filter(({ level }) => level === 40)).toHaveLength(1);
  });

  test('lets nobody in until it is there', async () => {
    await rm(identities.jwksFile);
    const identify = identifier();
    await expect(identify(await headers(USER))).rejects.toMatchObject({ status: 401 });
    await identities.publish(identities.rings);
    await expect(identify(await headers(USER))).resolves.toMatchObject(USER);
  });
});
