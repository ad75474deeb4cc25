/**
 * Data of each event in a stream of server-sent events, as it comes (WHATWG HTML, section 9.2.6: event stream interpretation).
 * Each chunk is looked at once, however long the line is that it belongs to.
 */
export async function* eventData(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let line: string[] = [];
  let data: string[] = [];
  let isAfterCr = false;
  for await (const chunk of chunks) {
    // The second half of a CRLF ends no line of its own.
    const rest = isAfterCr && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    if (chunk !== '') isAfterCr = chunk.endsWith('\r');
    const [first = '', ...others] = rest.split(/\r\n|\n|\r/);
    line.push(first);
    for (const next of others) {
      const text = line.join('');
      line = [next];
      if (text.startsWith('data:')) data.push(text.slice('data:'.length).replace(/^ /, ''));
      if (text !== '' || data.length === 0) continue;
      yield data.join('\n');
      data = [];
    }
  }
}
