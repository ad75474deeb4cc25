import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Bytes that wait for a reader: thousands of lines, and nothing beside the memory of the process. */
const MAX_WAITING = 1024 * 1024;

/** Milliseconds until the next attempt, while the reader is slow. */
const RETRY_MS = 100;

/** Milliseconds that the end of the process waits for a slow reader: a supervisor kills after a few seconds. */
const LAST_CHANCE_MS = 1000;

export interface LogDestination {
  readonly write: (line: string) => void;
  /** Writes what waits, as far as the reader takes it in time. */
  readonly flush: () => void;
}

/**
 * Lines to a descriptor, in order, before `write` returns. A pipe or terminal whose reader stalls does not stop the process: up to 1 MiB of lines wait
 * for it, the following ones are dropped and counted, and `notice` says how many in their place.
 */
export function logDestination(descriptor: number, notice: (dropped: number) => string): LogDestination {
  const fd = withoutBlocking(descriptor);
  let waiting: Buffer[] = [];
  let size = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;

  const add = (text: string): void => {
    const bytes = Buffer.from(text);
    waiting.push(bytes);
    size += bytes.length;
  };

  /** Whether the reader took everything. */
  function drain(): boolean {
    for (let first = waiting[0]; first; first = waiting[0]) {
      try {
        const written = writeSync(fd, first);
        size -= written;
        if (written < first.length) waiting[0] = first.subarray(written);
        else waiting.shift();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
        // Nobody reads any more (EPIPE), or nothing can be written (a full disk): there is no place to say so.
        waiting = [];
        size = 0;
      }
      if (waiting.length === 0 && dropped > 0) {
        add(notice(dropped));
        dropped = 0;
      }
    }
    return true;
  }

  function tryAgain(): void {
    timer = undefined;
    // Unreferenced: what waits for a reader keeps no process alive.
    if (!drain()) timer = setTimeout(tryAgain, RETRY_MS).unref();
  }

  return {
    write: (line) => {
      if (size + line.length > MAX_WAITING || dropped > 0) {
        dropped += 1;
        return;
      }
      add(line);
      if (!timer) tryAgain();
    },
    flush: () => {
      const end = performance.now() + LAST_CHANCE_MS;
      while (!drain() && performance.now() < end) Atomics.wait(NEVER, 0, 0, RETRY_MS / 10);
    },
  };
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * A pipe or terminal opened once more, because O_NONBLOCK belongs to the open file, which we may share with other processes (open(2)).
 * Files never block; where there is no /proc, or the pipe is another user's, writing blocks as it always did.
 */
function withoutBlocking(descriptor: number): number {
  if (!fstatSync(descriptor).isFIFO() && !isatty(descriptor)) return descriptor;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    const [ours, theirs] = [fstatSync(fd), fstatSync(descriptor)];
    if (ours.ino === theirs.ino && ours.dev === theirs.dev) return fd;
  } catch {
    return descriptor;
  }
  closeSync(fd);
  return descriptor;
}
