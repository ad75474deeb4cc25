import { ToolFailure } from '../../kit/index.ts';

/** Each run is a process of some 80 MB: so many fit beside the server on a small machine, and nobody takes them all. */
const AT_ONCE = 4;
const AT_ONCE_EACH = 2;

/** Does work in a slot of this caller. Throws `ToolFailure` where none is free. */
export type RunSlots = <Result>(caller: string, work: () => Promise<Result>) => Promise<Result>;

export function runSlots(): RunSlots {
  const taken: string[] = [];
  return async (caller, work) => {
    if (taken.length >= AT_ONCE || taken.filter((one) => one === caller).length >= AT_ONCE_EACH)
      throw new ToolFailure('Too many commands run at the moment. Wait for one to end, then try again.');
    taken.push(caller);
    try {
      return await work();
    } finally {
      taken.splice(taken.indexOf(caller), 1);
    }
  };
}
