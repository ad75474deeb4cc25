import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/log.ts';

/** Milliseconds between attempts: doubled each time, and no longer than a person would notice once what was missing is there. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;

/** Does something that may not be possible yet, and tries until it is. Rejects when it is told to stop. */
export type Patience = <Result>(what: string, attempt: () => Promise<Result>) => Promise<Result>;

/**
 * In a pod, ending because something is not there yet would only start a crash loop, whose pauses grow to five minutes.
 * `onWait` is told what is waited for.
 */
export const patience =
  (log: Log, signal: AbortSignal, onWait: (what: string) => void): Patience =>
  async (what, attempt) => {
    onWait(`waiting for ${what}`);
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LAST_RETRY_MS)) {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        const { message } = error as Error;
        log.warn({ ...detailOf(error), retryMs }, `waiting for ${what}: ${message}`);
        await sleep(retryMs, undefined, { signal });
      }
    }
  };

/** The sentence of a Failure is for its reader; what lies behind it is for the log. */
function detailOf(error: unknown): object {
  const { cause, code } = error as { cause?: unknown; code?: unknown };
  return { code, ...(cause instanceof Error && { cause: cause.message }) };
}
