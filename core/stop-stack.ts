/**
 * What was started, and how to stop it, in the opposite order. (`AsyncDisposableStack` does the same, but only from Node 24 on.)
 */
export class StopStack {
  readonly #stops: (() => unknown)[] = [];

  /** Runs `start`; where it throws, stops what it had adopted. */
  static async guarding<Started>(start: (started: StopStack) => Promise<Started>): Promise<Started> {
    const started = new StopStack();
    try {
      return await start(started);
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  adopt<Value>(value: Value, stop: (value: Value) => unknown): Value {
    this.#stops.push(() => stop(value));
    return value;
  }

  defer(stop: () => unknown): void {
    this.#stops.push(stop);
  }

  /** Stops everything, the newest first. One that fails does not keep the others from stopping; its error is thrown at the end. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
