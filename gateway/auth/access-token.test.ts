import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { tokenIssuer } from '../testing/token-issuer.ts';
import { accessTokenReader } from './access-token.ts';

const RESOURCE = 'https://x.example/api/v1/mcp/a/mcp';
const issuer = await tokenIssuer('https://x.example');
const stranger = await tokenIssuer('https://x.example');
const read = accessTokenReader(issuer.issuer, issuer.keys);
const now = Math.floor(Date.now() / 1000);

test('a good token is read', async () => {
  const token = await issuer.token(RESOURCE, { scope: 'user  tools:write', exp: now + 60 });
  expect(await read(token)).toEqual({
    audiences: [RESOURCE],
    subject: 'somebody',
    clientId: 'a-client',
    scopes: ['user', 'tools:write'],
    owner: 'default/a',
    expiresAt: now + 60,
  });
});

test('several audiences and no scope are fine', async () => {
  const token = await issuer.token(RESOURCE, { aud: ['b', RESOURCE], scope: undefined });
  expect(await read(token)).toMatchObject({ audiences: ['b', RESOURCE], scopes: [] });
});

test('clocks may differ by 5 s', async () => {
  expect(await read(await issuer.token(RESOURCE, { exp: now - 3, nbf: now + 3 }))).toHaveProperty('subject');
});

const good = await issuer.token(RESOURCE);
const hmac = (key: string): string => {
  const [, payload] = good.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: issuer.key.kid })).toString(
    'base64url',
  );
  return `${header}.${payload}.${createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')}`;
};

describe('refused:', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['expired', () => issuer.token(RESOURCE, { exp: now - 60 }), /expired/],
    ['not valid yet', () => issuer.token(RESOURCE, { nbf: now + 60 }), /not valid yet/],
    ['of another issuer', () => issuer.token(RESOURCE, { iss: 'https://x.example/' }), /another issuer/],
    ['signed with a foreign key', () => stranger.token(RESOURCE), /key that is not known/],
    [
      'signed with a foreign key under our name',
      () => stranger.token(RESOURCE, {}, { kid: issuer.key.kid }),
      /signature/,
    ],
    [
      'altered',
      async () => good.replace(/\.[^.]+\./, `.${(await stranger.token(RESOURCE)).split('.')[1]}.`),
      /signature/,
    ],
    ['alg none', async () => new UnsecuredJWT(decodeJwt(good)).encode(), /algorithm/],
    ['HMAC with the public key', async () => hmac(JSON.stringify(issuer.keys.keys[0])), /algorithm/],
    ['an ID token', () => issuer.token(RESOURCE, {}, { typ: 'JWT' }), /not an access token/],
    ['without a type', () => issuer.token(RESOURCE, {}, { typ: undefined }), /not an access token/],
    ['without exp', () => issuer.token(RESOURCE, { exp: undefined }), /claim/],
    ['without sub', () => issuer.token(RESOURCE, { sub: undefined }), /claim/],
    ['without client_id', () => issuer.token(RESOURCE, { client_id: undefined }), /claim/],
    ['a client_id that is no string', () => issuer.token(RESOURCE, { client_id: 1 }), /cannot be read/],
    ['a scope that is no string', () => issuer.token(RESOURCE, { scope: ['user'] }), /cannot be read/],
    ['an owner that is no string', () => issuer.token(RESOURCE, { mooring_server: {} }), /cannot be read/],
    ['no token at all', async () => 'x'.repeat(600), /cannot be read/],
  ])('%s', async (_, make, problem) => {
    expect(await read(await make())).toEqual({ problem: expect.stringMatching(problem) });
  });
});

test('whatever is sent, the answer is a problem in plain ASCII that can stand in a header', async () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
  );
  const [header = '', payload = ''] = good.split('.');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.tuple(part, part, part).map((parts) => parts.join('.')),
        part.map((signature) => `${header}.${payload}.${signature}`),
        part.map((other) => `${header}.${other}.${payload}`),
      ),
      async (token) => {
        // RFC 6750 section 3: the characters of error_description.
        expect(await read(token)).toEqual({ problem: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) });
      },
    ),
    { numRuns: 300 },
  );
});
