const NEWLINE = 0x0a;

/** The lines of a stream of text, as they come; one that is longer than `maxBytes` is cut into several. */
export async function* textLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(NEWLINE);
      if (end === -1 && rest.length <= maxBytes) break;
      const isLong = end === -1 || end > maxBytes;
      yield rest.subarray(0, isLong ? maxBytes : end).toString();
      rest = rest.subarray(isLong ? maxBytes : end + 1);
    }
  }
  if (rest.length > 0) yield rest.toString();
}
