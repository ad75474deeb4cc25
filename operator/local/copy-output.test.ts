import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { copyOutput } from './copy-output.ts';
import { maskSecrets } from '../mask-secrets.ts';

async function copied(chunks: Iterable<string | Buffer>): Promise<string[]> {
  const lines: string[] = [];
  await copyOutput(Readable.from(chunks, { objectMode: false }), maskSecrets(['hunter2']), async (more) => {
    lines.push(...more);
  });
  return lines;
}

test('lines come whole and masked, however the output was cut', async () => {
  expect(await copied(['one\ntwo hun', 'ter2\n\nthr', 'ee'])).toEqual(['one', 'two ***', '', 'three']);
  const umlaut = Buffer.from('ä\n');
  expect(await copied([umlaut.subarray(0, 1), umlaut.subarray(1)])).toEqual(['ä']);
});

test('a line without end is cut', async () => {
  const lines = await copied(['x'.repeat(20_000)]);
  expect(lines.map((line) => line.length)).toEqual([8192, 8192, 3616]);
});

test('nothing is read on until a portion was taken, and a broken stream is an end', async () => {
  const stream = new PassThrough({ highWaterMark: 10 });
  const gate = Promise.withResolvers<void>();
  const taken: string[] = [];
  const done = copyOutput(stream, String, async (lines) => {
    taken.push(...lines);
    await gate.promise;
  });
  stream.write('a\n');
  await sleep(5);
  while (stream.write('b\n'));
  await sleep(5);
  expect(taken).toEqual(['a']);
  gate.resolve();
  await sleep(5);
  stream.destroy(new Error('broken'));
  await done;
  expect(taken.length).toBeGreaterThan(1);
});

test('a flood is slowed down', async () => {
  const begin = performance.now();
  await copied(Array.from({ length: 10 }, () => `${'x'.repeat(65_535)}\n`));
  // 640 KiB at 4 MB/s.
  expect(performance.now() - begin).toBeGreaterThan(120);
});
