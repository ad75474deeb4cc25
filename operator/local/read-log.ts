import { datedLines, parseLogLine } from './log-line.ts';
import type { OutputLog } from './output-log.ts';

export interface LogRange {
  /** Go on with what comes, until the signal or the end of the log. Default: false. */
  readonly follow?: boolean | undefined;
  /** Only what was written since then. */
  readonly since?: Date | undefined;
  /** Only so many of the last lines that are there. */
  readonly tail?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a server wrote, across rotation, as lines with their times (log-line.ts). Holds what `tail` asks for in memory, which is at most both files,
 * else one portion of them. A reader that is slower than the server loses lines, and is told so.
 */
export async function* readLog(
  log: Pick<OutputLog, 'read' | 'beyond'>,
  { follow = false, since, tail, signal = new AbortController().signal }: LogRange = {},
): AsyncGenerator<readonly string[]> {
  let position: number | undefined;
  let rest: Buffer = Buffer.alloc(0);

  /** Up to where the log ends now. */
  async function* toTheEnd(): AsyncGenerator<readonly string[]> {
    for (let stop: number | undefined; !signal.aborted && (stop === undefined || (position ?? 0) < stop);) {
      const { bytes, from, next, end } = await log.read(position ?? 0);
      stop ??= end;
      const isLost = position !== undefined && from > position;
      const text = isLost ? bytes : Buffer.concat([rest, bytes]);
      const whole = text.lastIndexOf('\n') + 1;
      const lines = text.subarray(0, whole).toString().split('\n').slice(0, -1);
      rest = text.subarray(whole);
      if (isLost) yield [lossOf(from - (position ?? 0))];
      position = next;
      if (lines.length > 0) yield lines;
    }
  }

  yield* lastOf(writtenSince(toTheEnd(), since), tail);
  if (!follow) return;
  while (await log.beyond(position ?? 0, signal)) yield* toTheEnd();
}

const lossOf = (bytes: number): string =>
  datedLines(
    [`[mooring: ${bytes} bytes were lost here: the server writes faster than they are read]`],
    new Date(),
  ).trimEnd();

async function* writtenSince(
  portions: AsyncIterable<readonly string[]>,
  since: Date | undefined,
): AsyncGenerator<readonly string[]> {
  // Times of one form compare as texts do. A line without one is as old as that before it.
  const first = since?.toISOString() ?? '';
  let at = '';
  for await (const lines of portions) {
    yield lines.filter((line) => {
      at = parseLogLine(line).at ?? at;
      return at >= first;
    });
  }
}

async function* lastOf(
  portions: AsyncIterable<readonly string[]>,
  tail: number | undefined,
): AsyncGenerator<readonly string[]> {
  if (tail === undefined) {
    yield* portions;
    return;
  }
  let last: readonly string[] = [];
  for await (const lines of portions) last = tail > 0 ? [...last, ...lines].slice(-tail) : [];
  yield last;
}
