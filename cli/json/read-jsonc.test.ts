import { expect, test } from 'vitest';
import { readJsonc } from './read-jsonc.ts';

test('comments and trailing commas are read', () => {
  expect(readJsonc('// a\n{"x": [1, /* [[[ */ 2,], "y": "{ // \\" [",}')).toEqual({
    value: { x: [1, 2], y: '{ // " [' },
  });
});

test('what is no JSON is told by its line, without its text', () => {
  expect(readJsonc('{\n"a": FAKE\n}')).toEqual({ trouble: 'is not JSON: invalid symbol in line 2' });
  expect(readJsonc('')).toEqual({ trouble: 'is not JSON: value expected in line 1' });
});

test.each([
  ['lists', '['],
  ['objects', '{"a":'],
  ['lists after a string that never ends', '"\n['],
  ['lists after a comment', '/**/['],
])('%s nested deeper than anybody writes them are not parsed', (_, open) => {
  expect(readJsonc(open.repeat(500_000))).toEqual({ trouble: 'is nested deeper than 64 levels' });
});

test.each(['/*', '//', '"', '/', '"\\'])('%j alone ends', (text) => {
  expect(readJsonc(text)).toHaveProperty('trouble');
});

test('a field named __proto__ is a field, and nobody’s prototype', () => {
  const reading = readJsonc('{"length": 1e99, "__proto__": []}');
  const value = 'value' in reading ? reading.value : undefined;
  expect(JSON.stringify(value)).toBe('{"length":1e+99,"__proto__":[]}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});
