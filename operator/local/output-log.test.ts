import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLogLine } from './log-line.ts';
import { openOutputLog, previousLog, type OutputLog } from './output-log.ts';
import { readLog, type LogRange } from './read-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-log-'));
});
afterAll(async () => rm(folder, { recursive: true }));

const open = (...path: string[]): OutputLog =>
  openOutputLog(join(folder, ...path), (error) => expect.fail(String(error)));
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${String(from + index).padStart(6, '0')}${'x'.repeat(93)}`);
const numberOf = (line: string): number => Number(parseLogLine(line).text.slice(0, 6));
const collected = async (portions: AsyncIterable<readonly string[]>): Promise<string[]> => {
  const lines: string[] = [];
  for await (const more of portions) lines.push(...more);
  return lines;
};
const all = async (log: OutputLog, range?: LogRange): Promise<string[]> => collected(readLog(log, range));
const texts = async (log: OutputLog, range?: LogRange): Promise<string[]> =>
  (await all(log, range)).map((line) => parseLogLine(line).text);

test('is bounded by rotation; its end is read across it; it goes on where it was', async () => {
  const log = open('a', 'b.log');
  for (let n = 0; n < 30_000; n += 100) await log.append(numbered(n, n + 100));
  const files = [log.path, previousLog(log.path)];
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  for (const size of sizes) expect(size).toBeLessThan(1024 * 1024 + 100 * 125);
  expect((await stat(log.path)).mode & 0o777).toBe(0o600);
  const { length } = (await readFile(log.path, 'utf8')).trim().split('\n');
  const last = Array.from({ length: length + 50 }, (_, i) => 30_000 - length - 50 + i);
  expect((await all(log, { tail: length + 50 })).map(numberOf)).toEqual(last);
  await log.close();

  const again = open('a', 'b.log');
  expect((await all(again)).map(numberOf).slice(-last.length)).toEqual(last);
  await Promise.all([again.append(['p']), again.append(['q'])]);
  expect((await texts(again, { tail: 3 })).map((text) => text.slice(0, 6))).toEqual(['029999', 'p', 'q']);
  expect(await texts(again, { tail: 0 })).toEqual([]);
  await again.close();
});

test('lines are told since a time; those of before they were dated belong to the one before them', async () => {
  const path = join(folder, 'since.log');
  const lines = ['undated', '2026-01-01T00:00:00.000Z one', '  at two', '2026-01-01T00:00:05.000Z three', ''];
  await writeFile(path, lines.join('\n'));
  const log = open('since.log');
  await log.append(['four', '2030-01-01T00:00:00.000Z is text']);
  expect(await texts(log, { since: new Date('2026-01-01T00:00:00Z') })).toEqual([
    'one',
    '  at two',
    'three',
    'four',
    '2030-01-01T00:00:00.000Z is text',
  ]);
  expect(await texts(log, { since: new Date('2026-01-01T00:00:01Z'), tail: 2 })).toEqual([
    'four',
    '2030-01-01T00:00:00.000Z is text',
  ]);
  expect(await texts(log, { since: new Date(Date.now() + 1000) })).toEqual([]);
  await log.close();
});

test('who follows gets every line once, across rotations, and ends with the log', async () => {
  const log = open('followed.log');
  await log.append(numbered(0, 10));
  const seen: number[] = [];
  const followed = (async () => {
    for await (const lines of readLog(log, { follow: true, tail: 5 })) seen.push(...lines.map(numberOf));
  })();
  await expect.poll(() => seen).toEqual([5, 6, 7, 8, 9]);
  for (let n = 10; n < 30_010; n += 50) {
    await log.append(numbered(n, n + 50));
    // As fast as it can read; what that loses is another test.
    await expect.poll(() => seen.at(-1), { interval: 1 }).toBe(n + 49);
  }
  expect(seen).toEqual(Array.from({ length: 30_005 }, (_, index) => index + 5));
  await log.close();
  await followed;
});

test('who follows ends at once with the signal, and leaves nothing behind on it', async () => {
  const log = open('left.log');
  const stop = new AbortController();
  let listeners = 0;
  const { signal } = stop;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  const followed = readLog(log, { follow: true, signal });
  const first = followed.next();
  for (let n = 0; n < 3; n += 1) await log.append(['x']);
  await first;
  await followed.next();
  expect(listeners).toBeLessThanOrEqual(1);
  const waiting = collected(followed);
  stop.abort();
  await waiting;
  expect(listeners).toBe(0);
  await log.close();
});

test('a reader that is too slow is told what it lost, holds no more than a portion, and goes on at a whole line', async () => {
  const log = open('slow.log');
  await log.append(numbered(0, 10));
  const followed = readLog(log, { follow: true });
  const { value: first } = await followed.next();
  expect((first as string[]).map(numberOf)).toEqual(numbered(0, 10).map((_, index) => index));
  // Three files of it.
  for (let n = 10; n < 30_010; n += 100) await log.append(numbered(n, n + 100));
  const { value: loss } = await followed.next();
  expect((loss as string[]).map((line) => parseLogLine(line).text)).toEqual([
    expect.stringMatching(/^\[mooring: \d{6,7} bytes were lost here: /),
  ]);
  const { value: next } = await followed.next();
  const numbers = (next as string[]).map(numberOf);
  expect(numbers[0]).toBeGreaterThan(10_000);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  expect((next as string[]).join('\n').length).toBeLessThanOrEqual(64 * 1024);
  await followed.return(undefined);
  await log.close();
});

test('where nothing can be written, that is said once, and the server is not held up', async () => {
  await writeFile(join(folder, 'file'), '');
  const errors: unknown[] = [];
  const log = openOutputLog(join(folder, 'file', 'b.log'), (error) => errors.push(error));
  await log.append(['a']);
  await log.append(['b']);
  expect(errors).toHaveLength(1);
  await log.close();
});

test('there may be no log yet, and reading makes none', async () => {
  const log = open('none.log');
  expect(await all(log)).toEqual([]);
  await expect(stat(log.path)).rejects.toMatchObject({ code: 'ENOENT' });
});
