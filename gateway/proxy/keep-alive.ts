import type { ServerResponse } from 'node:http';

/**
 * Milliseconds of silence until a comment is sent. Proxies on the way end answers that are silent for 60 s by default (nginx, HAProxy,
 * load balancers of clouds); "a comment line every 15 seconds or so" is the advice of the HTML Living Standard, section 9.2.7.
 */
export const KEEP_ALIVE_MS = 15_000;

/** A comment of Server-Sent Events: clients ignore it. */
const COMMENT = ':\n\n';

/** Keeps one quiet event stream alive. */
export interface KeepAlive {
  /** Told of every piece that was written. */
  wrote(chunk: Buffer): void;
  stop(): void;
}

/** Sends a comment whenever the stream was silent for so long, but never into the middle of an event. */
export function keepAlive(outgoing: ServerResponse, silenceMs: number): KeepAlive {
  let end = EMPTY_LINE;
  const timer = setInterval(() => {
    // A client that does not read what there is needs no more of it.
    if (endsEvent(end) && outgoing.writable && !outgoing.writableNeedDrain) outgoing.write(COMMENT);
  }, silenceMs).unref();
  return {
    wrote(chunk) {
      // A copy: a view would keep the whole piece.
      end = Buffer.concat([end, chunk.subarray(-END_BYTES)]).subarray(-END_BYTES);
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}

const [LF, CR] = [0x0a, 0x0d];
/** Enough to know an empty line by. */
const END_BYTES = 3;
/** Before the first event. */
const EMPTY_LINE = Buffer.from('\n\n');

/** An empty line ends an event; lines end with LF, CRLF or CR. */
function endsEvent(end: Buffer): boolean {
  const [third, second, last] = [end.at(-3), end.at(-2), end.at(-1)];
  return last === LF ? second === LF || (second === CR && third === LF) : last === CR && second === CR;
}
