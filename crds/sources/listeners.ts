/** Who wants to be told. */
export interface Listeners<Arguments extends readonly unknown[]> {
  add(listener: (...values: Arguments) => void): () => void;
  /** Tells everybody. One that throws is a bug: the others are told first, then it ends the process as an uncaught exception. */
  tell(...values: Arguments): void;
}

export function createListeners<Arguments extends readonly unknown[]>(): Listeners<Arguments> {
  const listeners = new Set<(...values: Arguments) => void>();
  return {
    add(listener) {
      // The same function may be added twice, and is then told twice.
      const own = (...values: Arguments): void => listener(...values);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(...values) {
      for (const listener of listeners) {
        try {
          listener(...values);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
