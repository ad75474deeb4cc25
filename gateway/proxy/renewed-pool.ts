import type { Dispatcher, Pool } from 'undici';

/**
 * A pool of connections each of which takes requests for a while only, and then ends with what it has. (undici's `clientTtl`
 * does the same, but looks at the clock for every busy connection on every request: 7 µs with 64 of them.)
 */
export interface RenewedPool {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** No new requests; resolves when those under way have ended. */
  close(): Promise<void>;
  /** Ends everything, also what is in flight. */
  destroy(): Promise<void>;
}

/** `create` opens no connection; every `renewMs` another pool takes the place of the one before. */
export function renewedPool(create: () => Pool, renewMs: number): RenewedPool {
  /** Those that end with their last request or stream. */
  const leaving = new Map<Pool, Promise<void>>();
  let pool = create();
  let madeAt = performance.now();

  function leave(old: Pool): void {
    const closed = old.close().finally(() => leaving.delete(old));
    leaving.set(old, closed);
    // Where it is destroyed meanwhile, nobody need hear of it.
    closed.catch(() => undefined);
  }
  function renew(now: number): void {
    leave(pool);
    pool = create();
    madeAt = now;
  }

  return {
    dispatch: (request, handler) => {
      const now = performance.now();
      if (now - madeAt >= renewMs) renew(now);
      pool.dispatch(request, handler);
    },
    close: async () => {
      leave(pool);
      await Promise.all(leaving.values());
    },
    destroy: async () => {
      await Promise.all([pool, ...leaving.keys()].map((one) => one.destroy()));
    },
  };
}
