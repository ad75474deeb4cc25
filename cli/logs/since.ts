const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** Milliseconds of `90s`, `5m`, `1h30m` or `2d`; undefined for what is none. */
export function sinceMs(text: string): number | undefined {
  if (!/^(\d{1,6}[dhms]){1,4}$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
}
