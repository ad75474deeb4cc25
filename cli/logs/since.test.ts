import { expect, test } from 'vitest';
import { sinceMs } from './since.ts';

test.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
])('%s', (text, ms) => expect(sinceMs(text)).toBe(ms));

test.each(['', '5', 'm', '-5m', '5 m', '1.5h', '5m!', '99999999s'])('%j is none', (text) => {
  expect(sinceMs(text)).toBeUndefined();
});
