/** Bytes of the first block: most bodies fit, and a connection that sends nothing more costs no more. */
const FIRST_BLOCK = 4096;

/** Puts what arrives in pieces into one buffer. */
export interface ByteCollector {
  /** Takes a copy; false, and nothing is taken any more, where the limit would be passed. */
  add(chunk: Uint8Array): boolean;
  /** What was taken by now; valid until the next `add`. */
  bytes(): Buffer;
}

/**
 * Collects at most `maxBytes`. A list of the pieces would be shorter to write, but each costs a hundred bytes however short
 * it is: a body in chunks of one byte would take a hundred times its size. The block doubles, so it is at most twice what came.
 */
export function collectBytes(maxBytes: number): ByteCollector {
  let block = Buffer.alloc(0);
  let size = 0;
  return {
    add(chunk) {
      const needed = size + chunk.length;
      if (needed > maxBytes) return false;
      if (needed > block.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(maxBytes, Math.max(FIRST_BLOCK, needed, block.length * 2)));
        block.copy(larger, 0, 0, size);
        block = larger;
      }
      block.set(chunk, size);
      size = needed;
      return true;
    },
    bytes: () => block.subarray(0, size),
  };
}
