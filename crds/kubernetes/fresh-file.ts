import { readFile } from 'node:fs/promises';

/** ms. The kubelet writes a new token at 80 % of the life of the old one, which is 10 minutes at least: 2 minutes are left. */
const FRESH_MS = 10_000;

export interface FreshFile {
  /** The content, read anew where that was longer ago than 10 s, or where it is asked for. */
  read(anew?: boolean): Promise<Buffer>;
}

/** A file that something else exchanges from time to time. Keeps the same Buffer while the content is the same. */
export function freshFile(path: string): FreshFile {
  let content: Buffer | undefined;
  let readAt = -Infinity;
  return {
    async read(anew = false) {
      const now = performance.now();
      if (content && !anew && now - readAt < FRESH_MS) return content;
      const found = await readFile(path);
      readAt = now;
      if (!content?.equals(found)) content = found;
      return content;
    },
  };
}
