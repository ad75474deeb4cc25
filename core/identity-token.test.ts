import { importJWK, SignJWT } from 'jose';
import { beforeAll, expect, test, vi } from 'vitest';
import { identityJwks, identitySigner, publishedKey, verifyIdentity, type IdentityJwk } from './identity-token.ts';
import { newKey, type KeyRing } from './keys.ts';

let gateway: KeyRing;
let operator: KeyRing;
let keys: IdentityJwk[];

beforeAll(async () => {
  gateway = [await newKey('ES256')];
  operator = [await newKey('ES256')];
  ({ keys } = identityJwks({ 'mooring:gateway': gateway, 'mooring:operator': operator }));
});

test('what was signed for a server is verified by it', async () => {
  const sign = await identitySigner('mooring:gateway', gateway);
  const token = await sign('default/a', { subject: 'u1', clientId: 'c1', scopes: ['user', 'tools:read'] });
  await expect(verifyIdentity(token, 'default/a', keys)).resolves.toEqual({
    issuer: 'mooring:gateway',
    subject: 'u1',
    clientId: 'c1',
    scopes: ['user', 'tools:read'],
  });
});

test('an anonymous caller has no subject', async () => {
  const sign = await identitySigner('mooring:gateway', gateway);
  const identity = await verifyIdentity(await sign('default/a', { scopes: [] }), 'default/a', keys);
  expect(identity).toEqual({ issuer: 'mooring:gateway', scopes: [] });
});

test('it is good for one server only', async () => {
  const sign = await identitySigner('mooring:gateway', gateway);
  await expect(verifyIdentity(await sign('default/a', { scopes: [] }), 'default/b', keys)).rejects.toThrow('aud');
});

test("the operator's key cannot speak as the gateway", async () => {
  const sign = await identitySigner('mooring:gateway', operator);
  await expect(verifyIdentity(await sign('default/a', { scopes: [] }), 'default/a', keys)).rejects.toThrow('issuer');
});

test('it ends after a minute', async () => {
  const sign = await identitySigner('mooring:gateway', gateway);
  const token = await sign('default/a', { scopes: [] });
  vi.useFakeTimers({ now: Date.now() + 66_000 });
  await expect(verifyIdentity(token, 'default/a', keys)).rejects.toThrow('exp');
  vi.useRealTimers();
});

test('a token of another type, signed with the same key, is none', async () => {
  const token = await new SignJWT({ scope: '' })
    .setProtectedHeader({ alg: 'ES256', kid: gateway[0].kid, typ: 'at+jwt' })
    .setIssuer('mooring:gateway')
    .setAudience('mooring:server:default/a')
    .setJti('1')
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(gateway[0], 'ES256'));
  await expect(verifyIdentity(token, 'default/a', keys)).rejects.toThrow('typ');
});

test('an unknown key is refused', async () => {
  const sign = await identitySigner('mooring:gateway', [await newKey('ES256')]);
  await expect(verifyIdentity(await sign('default/a', { scopes: [] }), 'default/a', keys)).rejects.toThrow('kid');
});

const NOW = 1_000_000;
const key = async (age: number) => ({ ...(await newKey('ES256')), iat: NOW - age });

test('signs with the newest key that every pod has', async () => {
  const [old, known, fresh] = [await key(9000), await key(121), await key(119)];
  expect(publishedKey([fresh, known, old], NOW)).toBe(known);
  expect(publishedKey([known, old], NOW)).toBe(known);
  expect(publishedKey([fresh], NOW)).toBe(fresh);
  expect(publishedKey([await key(1), fresh], NOW)).toBe(fresh);
});
