/** Takes one unit of work where there is one left. */
export type Budget = () => boolean;

/** So much work in a second, and what was not used for at most one second (a token bucket). `now` in milliseconds. */
export function budgetPerSecond(units: number, now: () => number = performance.now.bind(performance)): Budget {
  let left = units;
  let lookedAt = now();
  return () => {
    const time = now();
    left = Math.min(units, left + ((time - lookedAt) / 1000) * units);
    lookedAt = time;
    if (left < 1) return false;
    left--;
    return true;
  };
}
