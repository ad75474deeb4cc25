import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('forgets the oldest entry, and none when one is replaced', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('b', 3);
  expect([...map]).toEqual([
    ['a', 1],
    ['b', 3],
  ]);
  map.set('c', 4);
  expect([...map.keys()]).toEqual(['b', 'c']);
});
