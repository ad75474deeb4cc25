import { expect, test } from 'vitest';
import { misfit } from './check-schema.ts';
import { withoutPatterns } from './without-patterns.ts';

test('regular expressions go, names and data that are called like one stay', () => {
  const schema = {
    type: 'object',
    properties: { pattern: { type: 'string', pattern: '^a' }, list: { items: { pattern: 'b', maxLength: 3 } } },
    patternProperties: { '^x': { type: 'number' } },
    additionalProperties: false,
    allOf: [{ propertyNames: { pattern: 'c', maxLength: 8 } }],
    default: { pattern: 'kept' },
  };
  expect(withoutPatterns(schema)).toEqual({
    type: 'object',
    properties: { pattern: { type: 'string' }, list: { items: { maxLength: 3 } } },
    allOf: [{ propertyNames: { maxLength: 8 } }],
    default: { pattern: 'kept' },
  });
});

test.each([
  { properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
  { patternProperties: { '^(a+)+$': { type: 'number' } } },
  { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { pattern: '^(a+)+$' } } },
])('no pattern of a server keeps the command line busy: %j', (schema) => {
  // 2^40 steps, hours, for who tries it.
  const busy = `${'a'.repeat(40)}!`;
  expect(misfit(schema, { a: busy, [busy]: 1 }, 'the arguments')).toBeUndefined();
});

test('everything else is checked as before', () => {
  const schema = { properties: { a: { type: 'integer', maximum: 7 } }, required: ['a'] };
  expect(misfit(schema, { a: 8 }, 'the arguments')).toContain('a must be <= 7');
});
