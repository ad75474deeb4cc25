/** Counts work that has begun and not ended, so that a server can wait for it before it stops. */
export interface InFlight {
  track<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves when nothing is left. */
  settled(): Promise<void>;
}

export function inFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  return {
    async track(work) {
      running.add(work);
      return work.finally(() => running.delete(work));
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
