/** How a reconcile ended, as data: the work queue acts on it (work-queue.ts). */
export type Outcome = Settled | Stalled | Waiting | Transient;

/** The world is as wanted, or somebody calls when it changes. */
export interface Settled {
  readonly kind: 'settled';
}

/** A person must act, and that calls: trying again would not help. */
export interface Stalled {
  readonly kind: 'stalled';
}

/** Nobody will call when it changes: look again after this many milliseconds. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly afterMs: number;
}

/** Something failed that may work the next time: try again, with growing pauses. */
export interface Transient {
  readonly kind: 'transient';
  readonly error: unknown;
}

export const settled: Settled = Object.freeze({ kind: 'settled' });
export const stalled: Stalled = Object.freeze({ kind: 'stalled' });
export const waiting = (afterMs: number): Waiting => ({ kind: 'waiting', afterMs });
export const transient = (error: unknown): Transient => ({ kind: 'transient', error });
