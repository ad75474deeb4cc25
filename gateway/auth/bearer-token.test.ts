import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { bearerToken } from './bearer-token.ts';

/** As Node parses them: the first Authorization header counts. */
const requestWith = (...authorization: string[]): IncomingMessage =>
  ({
    headers: authorization[0] === undefined ? {} : { authorization: authorization[0] },
    rawHeaders: authorization.flatMap((value) => ['AUTHORIZATION', value]),
  }) as unknown as IncomingMessage;

describe('bearer token', () => {
  test.each(['Bearer abc.DEF-_~+/==', 'bearer abc.DEF-_~+/==', 'BEARER   abc.DEF-_~+/=='])('is read: %s', (header) => {
    expect(bearerToken(requestWith(header))).toBe('abc.DEF-_~+/==');
  });

  test.each([undefined, 'Basic YTpi', 'Bearerabc', 'DPoP abc'])('is not there: %s', (header) => {
    expect(bearerToken(header === undefined ? requestWith() : requestWith(header))).toBeUndefined();
  });

  test.each(['Bearer', 'Bearer '])('is empty: %j', (header) => {
    expect(bearerToken(requestWith(header))).toHaveProperty('problem');
  });

  test('is refused above 8 KiB and in two headers', () => {
    expect(bearerToken(requestWith(`Bearer ${'a'.repeat(8185)}`))).toBeTypeOf('string');
    expect(bearerToken(requestWith(`Bearer ${'a'.repeat(8186)}`))).toHaveProperty('problem');
    expect(bearerToken(requestWith('Bearer a', 'Bearer b'))).toHaveProperty('problem');
  });
});
