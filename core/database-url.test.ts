import { expect, test } from 'vitest';
import { parseDatabaseUrl } from './database-url.ts';

test.each([
  ['postgresql://a:b@db:5433/mooring?sslmode=require', 'postgresql://a:b@db:5433/mooring?sslmode=require'],
  ['postgres://a:b@%2Frun%2Fpg/mooring', 'postgres://a:b@%2Frun%2Fpg/mooring'],
  ['postgres://a:b@/mooring?host=/cloud/x:y', 'postgres://a:b@%2Fcloud%2Fx%3Ay/mooring'],
  ['postgresql:///mooring?host=/run/pg&user=a&password=b%25&port=6543', 'postgresql://a:b%25@%2Frun%2Fpg:6543/mooring'],
  ['postgresql://x:y@db/mooring?user=a&password=b&sslmode=disable', 'postgresql://a:b@db/mooring?sslmode=disable'],
  ['postgresql://a@[::1]/mooring', 'postgresql://a@[::1]/mooring'],
])('%s means %s', (text, expected) => {
  expect(parseDatabaseUrl(text).href).toBe(expected);
});

test.each([
  '',
  'mooring',
  'mysql://a:secret@db/mooring',
  'postgresql://a:secret@db',
  'postgresql://a:secret@db/',
  '/run/pg secret',
])('%j is refused without being quoted', (text) => {
  expect(() => parseDatabaseUrl(text)).toThrow(expect.objectContaining({ code: 'database_url_invalid' }));
  expect(() => parseDatabaseUrl(text)).not.toThrow(/secret/);
});
