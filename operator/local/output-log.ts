import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes of one file; with the one before it, 2 MiB a server: some 20,000 lines, and 100 servers fit in 200 MB. */
const MAX_BYTES = 1024 * 1024;

/** The file before the current one. */
export const previousLog = (path: string): string => `${path}.1`;

/** The output of one server, whatever process of it writes: appended to a file that is rotated. */
export interface OutputLog {
  /** Of its current file. */
  readonly path: string;
  /** Resolves when the lines are written, so that a writer that waits for it holds nothing back in memory. Never rejects. */
  append(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** `onError` is told once, when the log cannot be written; output is then dropped, and the server runs on. */
export function openOutputLog(path: string, onError: (error: unknown) => void): OutputLog {
  let file: FileHandle | undefined;
  let size = 0;
  let failed = false;
  let last: Promise<void> = Promise.resolve();

  async function write(text: string): Promise<void> {
    if (file && size >= MAX_BYTES) {
      await file.close();
      file = undefined;
      await rename(path, previousLog(path));
    }
    if (!file) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      file = await open(path, 'a', 0o600);
      size = (await stat(path)).size;
    }
    const { bytesWritten } = await file.write(text);
    size += bytesWritten;
  }

  const inTurn = async (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => {
      if (!failed) onError(error);
      failed = true;
    });
    return last;
  };

  return {
    path,
    append: async (lines) => inTurn(async () => write(lines)),
    close: async () =>
      inTurn(async () => {
        await file?.close();
        file = undefined;
      }),
  };
}
