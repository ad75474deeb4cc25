import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. A request that was routed just before the switch has reached the server after this. */
const SETTLE_MS = 250;

/** Where nobody counts requests: what most calls take. */
const BLIND_MS = 3000;

/** Streams may stay open for ever; a client that loses one opens another. */
const LONGEST_MS = 30_000;

const STEP_MS = 50;

/** How many requests are under way at this endpoint. */
export type InFlight = (backendUrl: string) => number;

/** Waits until no request is under way at an endpoint that gets no new ones; at once where the signal says so. */
export async function drained(url: string, signal: AbortSignal, inFlight?: InFlight): Promise<void> {
  const pause = async (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  if (!inFlight) return pause(BLIND_MS);
  await pause(SETTLE_MS);
  for (let waited = 0; inFlight(url) > 0 && waited < LONGEST_MS && !signal.aborted; waited += STEP_MS) {
    await pause(STEP_MS);
  }
}
