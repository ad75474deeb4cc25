import { expect, test } from 'vitest';
import { tokenClaims } from './token-claims.ts';

const jwt = (payload: unknown): string => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

test('the claims of a token', () => {
  const payload = {
    iss: 'i',
    aud: 'a',
    client_id: 'c',
    scope: 'user  admin',
    mooring_server: 'n/s',
    exp: 3,
    nbf: 2,
    iat: 1,
  };
  expect(tokenClaims(jwt(payload))).toEqual({
    issuer: 'i',
    audiences: ['a'],
    clientId: 'c',
    scopes: ['user', 'admin'],
    owner: 'n/s',
    expiresAt: 3,
    validFrom: 2,
  });
});

test('claims of another type are none', () => {
  const payload = { iss: 1, aud: ['a', 2, null], client_id: {}, scope: ['user'], exp: '3', iat: true };
  expect(tokenClaims(jwt(payload))).toMatchObject({
    audiences: ['a'],
    scopes: [],
    expiresAt: undefined,
    validFrom: undefined,
  });
});

test.each(['', 'opaque', 'a.b', 'a.b.c', 'e30.bnVsbA.c2ln', 'a.b.c.d'])('%s is no token that can be read', (text) => {
  expect(tokenClaims(text)).toBeUndefined();
});
