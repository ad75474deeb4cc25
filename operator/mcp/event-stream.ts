/** Data of each event in a stream of server-sent events, as it comes (WHATWG HTML, section 9.2.6: event stream interpretation). */
export async function* eventData(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = '';
  let data: string[] = [];
  for await (const chunk of chunks) {
    pending += chunk;
    // A CR at the very end may be the first half of a CRLF.
    const lines = pending.split(/\r\n|\n|\r(?!$)/);
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
      if (line !== '' || data.length === 0) continue;
      yield data.join('\n');
      data = [];
    }
  }
}
