import { formed } from './text.ts';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * A length of time in one unit: `250ms`, `30s`, `5m`, `2h` (a part of the Gateway API's GEP-2257). The longest, 999999s, stays below the
 * 2^31 - 1 ms that a timer of Node can hold; zero is no duration, because "none" is said by leaving the field out.
 */
export const duration = () =>
  formed(
    16,
    /^([1-9][0-9]{0,5}(ms|s)|[1-9][0-9]{0,3}m|[1-9][0-9]?h)$/,
    'a whole number above 0 with ms, s, m or h (at most 999999s, 9999m, 99h); for example `30s`',
  );

/** The milliseconds of a validated duration. Throws RangeError for text that is none. */
export function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new RangeError('not a duration such as 30s');
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
