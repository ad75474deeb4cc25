import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, durationMs } from './duration.ts';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '0s', '05s', '5', '5 s', '1.5s', '-1s', '5d', '1h30m', '1000000s', '10000m', '100h'])(
  '%j is no duration',
  (text) => {
    expect(duration().safeParse(text).success).toBe(false);
  },
);

test('no text but a duration is turned into a number', () => {
  expect(() => durationMs('soon')).toThrow(RangeError);
});

test('every duration is one that a timer can hold', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.constantFrom('ms', 's', 'm', 'h'), (count, unit) => {
      const text = `${count}${unit}`;
      if (!duration().safeParse(text).success) return;
      expect(durationMs(text)).toBeGreaterThan(0);
      expect(durationMs(text)).toBeLessThan(2 ** 31);
    }),
  );
});
