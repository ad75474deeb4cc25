import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines, parseJson } from './json-lines.ts';

async function read(chunks: Iterable<Buffer>, maxBytes = 1000): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(streamOf(chunks), maxBytes)) values.push(value);
  return values;
}

async function* streamOf(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}

test('values come as they were sent, wherever the stream is cut into chunks', async () => {
  const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
    const ends = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
    return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index]));
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat()), async (values, places) => {
      const texts = values.map((value) => JSON.stringify(value));
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      expect(await read(cut(bytes, places), 1e6)).toEqual(texts.map((text) => JSON.parse(text) as unknown));
    }),
  );
});

test.each([
  ['an end within a line', ['{"a":1}\n{"b":'], /ended within a line/],
  ['a line without end', ['['.repeat(600), '['.repeat(600)], /longer than 1000 bytes/],
  ['no JSON', ['{"password": secret}\n'], /^what came is no JSON$/],
  ['an empty line', ['\n'], /^what came is no JSON$/],
])('%s is an error', async (_, chunks, message) => {
  await expect(read(chunks.map((chunk) => Buffer.from(chunk)))).rejects.toThrow(message);
});

test('an error of JSON repeats nothing of the text', () => {
  expect(() => parseJson('{"token": abc}')).toThrow(/^what came is no JSON$/);
});
