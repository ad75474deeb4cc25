/** A line of the table. */
export interface Figure {
  readonly figure: string;
  readonly value: string;
  readonly wanted?: string;
}

/** Measures, and may tell on stdout how far it is. `argument` is what stands behind `name=` on the command line. */
export interface Bench {
  readonly about: string;
  readonly measure: (argument: number | undefined) => Promise<readonly Figure[]>;
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

export const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Nearest rank: a value that was measured. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
