import type { Readable } from 'node:stream';

/** Characters of a line that is not ended; more is cut into several, so that a server without line breaks fills no memory. */
const MAX_LINE = 8192;

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
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (; rest.length > MAX_LINE; rest = rest.slice(MAX_LINE)) lines.push(rest.slice(0, MAX_LINE));
      if (lines.length > 0) await take(lines.map(mask));
    }
  } catch {
    // The pipe broke with the process: what came before is all there is.
  }
  if (rest !== '') await take([mask(rest)]);
}
