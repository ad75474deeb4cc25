import { expect, test } from 'vitest';
import { textLines } from './text-lines.ts';

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<string[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: string[] = [];
  for await (const line of textLines(stream(), 8)) lines.push(line);
  return lines;
}

test('lines come whole, however the stream was cut, and only a line feed ends one', async () => {
  expect(await linesOf('a\nb', 'c\n\nd\r', '\u2028\n', 'e')).toEqual(['a', 'bc', '', 'd\r\u2028', 'e']);
  const umlaut = Buffer.from('ä\n');
  expect(await linesOf(umlaut.subarray(0, 1), umlaut.subarray(1))).toEqual(['ä']);
  expect(await linesOf()).toEqual([]);
});

test('a line that is too long is cut, so that it fills no memory', async () => {
  expect(await linesOf('x'.repeat(20), 'y\nz\n')).toEqual(['xxxxxxxx', 'xxxxxxxx', 'xxxxy', 'z']);
  expect(await linesOf('xxxxxxxx\n', 'xxxxxxxxx\n')).toEqual(['xxxxxxxx', 'xxxxxxxx', 'x']);
});
