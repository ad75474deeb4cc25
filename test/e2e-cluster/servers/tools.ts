import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What the servers call themselves: an edit of it is an edit of what they answer. */
export const VERSION = process.env['VERSION'] ?? '1.0.0';

export const echoInput = z.strictObject({ text: z.string().max(1000).default('') });

/** Whose answer it is: version, pod, and what was said. */
export const echo = ({ text }: z.output<typeof echoInput>): string => `${VERSION} ${hostname()} ${text}`;

export const slowInput = z.strictObject({
  seconds: z.number().min(0).max(600),
  /** Seconds between notifications of progress; 0 sends none. */
  every: z.number().min(0).default(0),
  /** No more than one of them. */
  tellOnce: z.boolean().default(false),
});

/** Takes its time, and tells about it where it is asked to. */
export async function slow(
  { seconds, every, tellOnce }: z.output<typeof slowInput>,
  tell: (progress: number, total: number) => Promise<void>,
): Promise<string> {
  const pause = every === 0 ? seconds : every;
  for (let slept = 0; slept < seconds; slept += pause) {
    await sleep(Math.min(pause, seconds - slept) * 1000);
    if (every > 0 && (slept === 0 || !tellOnce)) await tell(Math.min(slept + pause, seconds), seconds);
  }
  return `slept ${seconds} s`;
}
