import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { datedLines } from './log-line.ts';

/** Bytes of one file; with the one before it, 2 MiB a server: some 20,000 lines, and 100 servers fit in 200 MB. */
const MAX_BYTES = 1024 * 1024;

/** Bytes that are read at a time: longer than any line (copy-output.ts cuts them), and little beside the file. */
const PORTION = 64 * 1024;

/** The file before the current one. */
export const previousLog = (path: string): string => `${path}.1`;

/** The output of one server, whatever process of it writes: appended to a file that is rotated, and read from where it is. */
export interface OutputLog {
  /** Of its current file. */
  readonly path: string;
  /** Resolves when the lines are written, so that a writer that waits for it holds nothing back in memory. Never rejects. */
  append(lines: readonly string[]): Promise<void>;
  /**
   * What is there from a position on, across both files. Positions count bytes from the first that was there when the log was opened; what was
   * rotated away is left out. Throws where a file cannot be read.
   */
  read(from: number): Promise<LogPortion>;
  /** Resolves when there is something beyond a position; with false when the log is closed, or the signal says so. */
  beyond(position: number, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface LogPortion {
  /** At most 64 KiB; nothing at the end. */
  readonly bytes: Buffer;
  /** Where they begin: later than asked for, where what was there was rotated away. */
  readonly from: number;
  /** Where to read on. */
  readonly next: number;
  /** Behind the last byte of the log. */
  readonly end: number;
}

/** Positions: where the file before the current one begins, where the current one does, and where that ends. */
interface Extent {
  readonly previous: number;
  readonly current: number;
  readonly end: number;
}

/** `onError` is told once, when the log cannot be written; output is then dropped, and the server runs on. */
export function openOutputLog(path: string, onError: (error: unknown) => void): OutputLog {
  let file: FileHandle | undefined;
  let extent: Extent | undefined;
  let failed = false;
  let closed = false;
  let grown = Promise.withResolvers<void>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other, so that nothing is rotated while it is read. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  }

  function grow(): void {
    grown.resolve();
    grown = Promise.withResolvers();
  }

  async function write(text: string): Promise<void> {
    extent ??= await look(path);
    if (extent.end - extent.current >= MAX_BYTES) {
      await file?.close();
      file = undefined;
      await rename(path, previousLog(path));
      extent = { previous: extent.current, current: extent.end, end: extent.end };
    }
    if (!file) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      file = await open(path, 'a', 0o600);
    }
    const { bytesWritten } = await file.write(text);
    extent = { ...extent, end: extent.end + bytesWritten };
  }

  async function read(from: number): Promise<LogPortion> {
    extent ??= await look(path);
    const { previous, current, end } = extent;
    const at = Math.max(from, previous);
    const isOld = at < current;
    const [start, stop] = isOld ? [previous, current] : [current, end];
    const bytes = await readBytes(isOld ? previousLog(path) : path, at - start, Math.min(PORTION, stop - at));
    // Where a person took the file away, what was in it is over.
    return { bytes, from: at, next: bytes.length === 0 ? stop : at + bytes.length, end };
  }

  return {
    path,
    append: async (lines) => {
      const text = datedLines(lines, new Date());
      await inTurn(async () => write(text)).catch((error: unknown) => {
        if (!failed) onError(error);
        failed = true;
      });
      grow();
    },
    read: async (from) => inTurn(async () => read(from)),
    async beyond(position, signal) {
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const onAbort = (): void => resolve();
      signal.addEventListener('abort', onAbort);
      const isOver = (): boolean => closed || signal.aborted || (extent?.end ?? 0) > position;
      while (!isOver()) await Promise.race([grown.promise, aborted]);
      signal.removeEventListener('abort', onAbort);
      return !closed && !signal.aborted;
    },
    async close() {
      closed = true;
      grow();
      await inTurn(async () => {
        await file?.close();
        file = undefined;
      });
    },
  };
}

async function look(path: string): Promise<Extent> {
  const [current, all] = await Promise.all([sizeOf(previousLog(path)), sizeOf(path)]);
  return { previous: 0, current, end: current + all };
}

const sizeOf = async (path: string): Promise<number> => {
  const found = await stat(path).catch(ifAbsent);
  return found?.size ?? 0;
};

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const source = length > 0 ? await open(path).catch(ifAbsent) : undefined;
  if (!source) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await source.close();
  }
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
