export interface Turnstile {
  /** Runs the work when there is a place; `crowded()` where too many are waiting already. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** Lets so many do something at a time, so many wait in line, and turns the others away. */
export function createTurnstile(atATime: number, waiting: number, crowded: () => Error): Turnstile {
  let inside = 0;
  const line: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (inside < atATime) {
      inside += 1;
      return;
    }
    if (line.length >= waiting) throw crowded();
    // Who leaves hands the place over, so `inside` stays as it is.
    await new Promise<void>((resolve) => line.push(resolve));
  }

  function leave(): void {
    const next = line.shift();
    if (next) next();
    else inside -= 1;
  }

  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
