/** Steps of an axis that people read easily. */
const STEPS = [1, 2, 2.5, 5, 10];
const TICKS = 5;

/** Ticks from the lowest to the highest value, 0 among them, at round numbers. */
export function ticks(values: readonly number[]): number[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const rough = (high - low || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((candidate) => candidate * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  // Multiples, not sums, which gather errors.
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

export const shortNumber = (value: number): string =>
  value.toLocaleString(undefined, { notation: 'compact', maximumSignificantDigits: 4 });
