/** Milliseconds to pause after the n-th failure in a row (n counts from 1). */
export type Backoff = (failures: number) => number;

/** Doubles from `firstMs` up to `maxMs`. */
export const doubling =
  (firstMs: number, maxMs: number): Backoff =>
  (failures) =>
    Math.min(maxMs, firstMs * 2 ** (failures - 1));
