import { ToolFailure } from './tool-failure.ts';

export interface SlotLimits {
  /** Of everybody together. */
  readonly all: number;
  /** So that nobody takes them all. */
  readonly person: number;
}

/** Does work in a slot of this caller. Throws a `ToolFailure` where none is free. */
export type CallSlots = <Result>(caller: string, work: () => Promise<Result>) => Promise<Result>;

/** Bounds work that takes much memory: a gateway lets hundreds of calls through at a time. */
export function callSlots({ all, person }: SlotLimits): CallSlots {
  const taken: string[] = [];
  return async (caller, work) => {
    if (taken.length >= all || taken.filter((one) => one === caller).length >= person)
      throw new ToolFailure('Too many of these calls run at the moment. Wait for one to end, then try again.');
    taken.push(caller);
    try {
      return await work();
    } finally {
      taken.splice(taken.indexOf(caller), 1);
    }
  };
}
