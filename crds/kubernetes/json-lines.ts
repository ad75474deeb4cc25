const NEWLINE = 0x0a;

/**
 * The values of a stream of JSON, one a line. Throws a SyntaxError where a line is none, where it is longer than `maxBytes`, and where the stream
 * ends within a line: what is cut off there is not lost in silence.
 */
export async function* jsonLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator {
  let started: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      yield parseJson(Buffer.concat([...started, chunk.subarray(from, end)]).toString());
      started = [];
      length = 0;
      from = end + 1;
    }
    length += chunk.length - from;
    if (length > maxBytes) throw new SyntaxError(`a line is longer than ${maxBytes} bytes`);
    if (from < chunk.length) started.push(chunk.subarray(from));
  }
  if (length > 0) throw new SyntaxError('the stream ended within a line');
}

/** JSON.parse, whose own messages repeat a part of the text: that may be of a Secret. Throws a SyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('what came is no JSON');
  }
}
