import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonType } from '../mcp/json-schema.ts';
import { argumentValue, jsonValue } from './argument-value.ts';

const as = (text: string, ...types: JsonType[]) => argumentValue(text, new Set(types));

describe('a value is what the tool says that it is', () => {
  test.each<[string, JsonType[], unknown]>([
    ['007', ['string'], '007'],
    ['null', ['string', 'null'], 'null'],
    ['7', ['integer'], 7],
    ['-0.5e3', ['integer'], -500],
    ['1.5', ['number'], 1.5],
    ['7', ['number', 'null'], 7],
    ['null', ['integer', 'null'], null],
    ['true', ['boolean'], true],
    ['false', ['boolean', 'integer'], false],
    ['["a",1]', ['array'], ['a', 1]],
    ['{"a":{}}', ['object'], { a: {} }],
    ['[1]', ['object', 'array'], [1]],
  ])('%s as %j', (text, types, value) => {
    expect(as(text, ...types)).toEqual({ value });
  });

  test.each<[string, JsonType[], RegExp]>([
    ['seven', ['integer'], /must be a whole number/],
    ['1.5', ['integer'], /must be a whole number/],
    ['0x10', ['number'], /must be a number/],
    ['007', ['number'], /must be a number/],
    ['', ['number'], /must be a number/],
    ['1e999', ['number'], /too large/],
    ['9007199254740993', ['integer'], /too large/],
    ['yes', ['boolean'], /true or false/],
    ['{"a":1}', ['array'], /a list in JSON/],
    ['[1]', ['object'], /an object in JSON/],
    ['a,b', ['array', 'null'], /a list in JSON.* or null/],
  ])('%s is no %j', (text, types, problem) => {
    expect(as(text, ...types)).toEqual({ problem: expect.stringMatching(problem) as unknown });
  });
});

test('text stays text, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(as(text, 'string', 'null')).toEqual({ value: text });
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(argumentValue(text, undefined)).toEqual({ value: text });
    }),
  );
});

test('what JSON writes is read back', () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -9e15, max: 9e15 });
  fc.assert(
    fc.property(numbers, (n) => {
      expect(as(JSON.stringify(n), 'number')).toEqual({ value: n === 0 ? 0 : n });
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (list) => {
      expect(as(JSON.stringify(list), 'array')).toEqual(jsonValue(JSON.stringify(list)));
    }),
  );
});

test('a problem never repeats the text, which may be a secret', () => {
  for (const type of ['integer', 'number', 'boolean', 'array', 'object', 'null'] as const) {
    expect(JSON.stringify(as('hunter2-secret', type))).not.toContain('hunter2');
  }
  expect(JSON.stringify(jsonValue('hunter2-secret'))).not.toContain('hunter2');
});
