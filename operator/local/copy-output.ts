import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Characters of a line that is not ended; more is cut into several, so that a server without line breaks fills no memory. */
const MAX_LINE = 8192;

/** Characters a millisecond, 4 MB/s: more than anybody reads, and 5 % of one core. A server that writes faster waits, not the gateway beside us. */
const RATE = 4096;

/** Milliseconds; shorter waits are saved up, for a timer costs more than they do. */
const WORTH_WAITING = 10;

/**
 * Hands over the lines of a stream in portions, each line changed by `mask`, and reads on only when a portion was taken. Resolves at the end
 * of the stream; never rejects.
 */
export async function copyOutput(
  stream: Readable,
  mask: (line: string) => string,
  take: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  let rest = '';
  let ahead = 0;
  let since = performance.now();
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (; rest.length > MAX_LINE; rest = rest.slice(MAX_LINE)) lines.push(rest.slice(0, MAX_LINE));
      if (lines.length > 0) await take(lines.map(mask));
      const now = performance.now();
      ahead = Math.max(0, ahead - (now - since)) + chunk.length / RATE;
      since = now;
      if (ahead > WORTH_WAITING) await sleep(ahead);
    }
  } catch {
    // The pipe broke with the process: what came before is all there is.
  }
  if (rest !== '') await take([mask(rest)]);
}
