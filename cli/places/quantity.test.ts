import { expect, test } from 'vitest';
import { quantity } from './quantity.ts';

test.each([
  ['135182n', 0.000135182],
  ['250m', 0.25],
  ['2', 2],
  ['0.5', 0.5],
  ['85123Ki', 85_123 * 1024],
  ['1Gi', 2 ** 30],
  ['129M', 129_000_000],
  ['1e3', 1000],
  ['1E', 1e18],
])('%s', (text, number) => expect(quantity(text)).toBeCloseTo(number, 12));

test.each(['', 'x', '1Zi', '-1', '1 Gi', '9'.repeat(30)])('%j is none', (text) => {
  expect(quantity(text)).toBeUndefined();
});
