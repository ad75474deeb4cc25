import { expect, test } from 'vitest';
import { eventData } from './event-stream.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const STREAM =
  ': hello\n\ndata: one\n\nevent: message\r\nid: 7\r\ndata: two\r\ndata:lines\r\n\r\nretry: 5\n\ndata: last\r\rdata: cut off';

test.each([1, 2, 3, 7, 1000])('gives the data of each whole event, in chunks of %i characters', async (size) => {
  const seen: string[] = [];
  for await (const data of eventData(inChunks(STREAM, size))) seen.push(data);
  expect(seen).toEqual(['one', 'two\nlines', 'last']);
});

test('a line of a megabyte that comes in single characters takes no time that grows with its square', async () => {
  const text = `data: ${'x'.repeat(1_000_000)}\n\n`;
  const began = performance.now();
  for await (const data of eventData(inChunks(text, 1))) expect(data).toHaveLength(1_000_000);
  // Splitting what came before anew for each character would take minutes.
  expect(performance.now() - began).toBeLessThan(5000);
});
