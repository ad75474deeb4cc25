import { expect, test } from 'vitest';
import { challengeOf } from './challenge-of.ts';

test('a challenge with everything in it', () => {
  const header =
    'Bearer resource_metadata="https://x/.well-known/y", scope="user admin", error="invalid_token", error_description="a \\"b\\" c"';
  expect(challengeOf(header)).toEqual({
    resourceMetadata: 'https://x/.well-known/y',
    error: 'invalid_token',
    description: 'a "b" c',
    scopes: ['user', 'admin'],
  });
});

test('other schemes and none', () => {
  expect(challengeOf('Basic realm="x"')).toBeUndefined();
  expect(challengeOf(null)).toBeUndefined();
});
