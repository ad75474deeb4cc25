import { expect, test } from 'vitest';
import type { TokenClaims } from './facts/token-claims.ts';
import { judgeClaims } from './judge-claims.ts';

const NOW = 1_800_000_000;
const URL = 'https://mcp.example.com/api/v1/mcp/weather/mcp';

const GOOD: TokenClaims = {
  issuer: 'https://mcp.example.com',
  audiences: [URL],
  clientId: 'claude',
  scopes: ['user'],
  owner: 'tools/weather',
  expiresAt: NOW + 60,
  validFrom: NOW - 60,
};

const judge = (claims: Partial<TokenClaims>, fitting = {}) =>
  judgeClaims(
    { ...GOOD, ...claims },
    {
      url: URL,
      issuer: 'https://mcp.example.com',
      owner: 'tools/weather',
      clientId: 'claude',
      renewal: 'Sign in.',
      ...fitting,
    },
    NOW,
  );

test('a token that fits', () => {
  expect(judge({})).toBeUndefined();
});

test.each([
  [{ issuer: 'https://other.example.com' }, 'WrongIssuer', 'of https://other.example.com'],
  [{ audiences: [`${URL}/`] }, 'WrongAudience', `made for ${URL}/`],
  [{ audiences: [] }, 'WrongAudience', 'names no server'],
  [{ owner: 'else/weather' }, 'NameChangedHands', 'else/weather'],
  [{ owner: undefined }, 'NameChangedHands', 'nobody'],
  [{ clientId: 'cursor' }, 'ClientNotAllowed', 'cursor'],
  [{ validFrom: NOW + 6 }, 'ClockSkew', 'future'],
  [{ expiresAt: NOW - 5 }, 'ExpiredToken', '2027-01-15T07:59:55.000Z'],
  // A new one of the same kind would be wrong again.
  [{ audiences: ['https://x.example.com'], expiresAt: NOW - 500 }, 'WrongAudience', ''],
])('%j: %s', (claims, cause, words) => {
  const found = judge(claims);
  expect(found?.cause).toBe(cause);
  expect(found?.message).toContain(words);
});

test('within the leeway of the gateway it is good', () => {
  expect(judge({ validFrom: NOW + 5, expiresAt: NOW - 4 })).toBeUndefined();
});

test('what is not known here is not held against it', () => {
  expect(
    judge({ issuer: 'x', owner: 'y', clientId: 'z' }, { issuer: undefined, owner: undefined, clientId: undefined }),
  ).toBeUndefined();
});

test('what a token says cannot speak to a terminal', () => {
  const found = judge({ audiences: [`\u001B[2J\n${'x'.repeat(5000)}`], expiresAt: 1e300 });
  expect(found?.message).not.toContain('\u001B');
  expect(found?.message.length).toBeLessThan(400);
  expect(judge({ expiresAt: -1e300 })?.message).toContain('-1e+300');
});
