import { expect, test } from 'vitest';
import { haveNamesakes, serverNames } from './server-names.ts';

const one = { name: 'notes', namespace: 'default' };
const other = { name: 'notes', namespace: 'other' };
const weather = { name: 'weather', namespace: 'default' };

test('a name that is there twice is told with its namespace', () => {
  expect(haveNamesakes([one, weather])).toBe(false);
  expect(haveNamesakes([one, other, weather])).toBe(true);
  expect(serverNames([one, other, weather])).toEqual(['default/notes', 'other/notes', 'weather']);
});
