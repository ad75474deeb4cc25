import { afterEach, expect, test, vi } from 'vitest';
import { misfit, schemaProblem } from './check-schema.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  [{ type: 'object' }],
  [{ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }],
  [{ $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{}] }],
  [{ $id: 'https://x.example/a', type: 'object' }],
  [{ $id: 'https://x.example/a', type: 'string' }],
])('%j is a schema', (schema) => {
  expect(schemaProblem(schema)).toBeUndefined();
});

test.each<[unknown, RegExp]>([
  [undefined, /no JSON object/],
  [[], /no JSON object/],
  [{ type: 'strin' }, /type must be equal to one of the allowed values/],
  [{ properties: { a: { required: 'b' } } }, /properties\.a\.required must be array/],
  [{ properties: { a: { $ref: '#/nowhere' } } }, /can't resolve reference/],
  [{ properties: { a: { pattern: '(' } } }, /properties\.a\.pattern/],
  [{ $schema: 'http://json-schema.org/draft-04/schema#' }, /unsupported dialect/],
  [{ $schema: 'http://json-schema.org/draft-07/schema#', properties: [] }, /properties must be object/],
])('%j is none', (schema, problem) => {
  expect(schemaProblem(schema)).toMatch(problem);
});

test('why a value does not fit is told by the names of its parts', () => {
  const schema = {
    properties: { days: { maximum: 7 }, address: { properties: { mail: { type: 'string', format: 'email' } } } },
    additionalProperties: false,
  };
  expect(misfit(schema, { days: 8, address: { mail: 'x' }, y: 1 }, 'the whole')).toBe(
    'the whole must NOT have additional properties, days must be <= 7, address.mail must match format "email"',
  );
  expect(misfit(schema, { days: 7 }, 'the whole')).toBeUndefined();
  expect(misfit({ type: 'strin' }, 1, 'the whole')).toBeUndefined();
});

test('the same $id in two schemas mixes nothing up', () => {
  expect(misfit({ $id: 'https://x.example/b', type: 'object' }, {}, 'it')).toBeUndefined();
  expect(misfit({ $id: 'https://x.example/b', type: 'string' }, {}, 'it')).toBe('it must be string');
});

test('what a stranger wrote into a schema is not written to the console', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(misfit({ type: 'string', format: 'x\u001B[31m' }, 'a', 'it')).toBeUndefined();
  expect(warn).not.toHaveBeenCalled();
});
