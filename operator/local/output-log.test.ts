import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOutputLog, previousLog } from './output-log.ts';
import { readLog } from './read-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-log-'));
});
afterAll(async () => rm(folder, { recursive: true }));

test('is bounded by rotation; its end is read across it; it goes on where it was', async () => {
  const path = join(folder, 'a', 'b.log');
  const log = openOutputLog(path, (error) => expect.fail(String(error)));
  const line = (n: number) => `${String(n).padStart(6, '0')}${'x'.repeat(93)}`;
  for (let n = 0; n < 30_000; n += 100) {
    await log.append(`${Array.from({ length: 100 }, (_, i) => line(n + i)).join('\n')}\n`);
  }
  const sizes = await Promise.all([path, previousLog(path)].map(async (file) => (await stat(file)).size));
  for (const size of sizes) expect(size).toBeLessThan(1024 * 1024 + 10_001);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { length } = (await readFile(path, 'utf8')).trim().split('\n');
  const tail = await readLog(path, { tailLines: length + 50 });
  expect(tail.map((text) => Number(text.slice(0, 6)))).toEqual(
    Array.from({ length: length + 50 }, (_, i) => 30_000 - length - 50 + i),
  );
  await log.close();

  const again = openOutputLog(path, (error) => expect.fail(String(error)));
  await Promise.all([again.append('p\n'), again.append('q\n')]);
  await again.close();
  expect(await readLog(path, { tailLines: 3 })).toEqual([line(29_999), 'p', 'q']);
});

test('where nothing can be written, that is said once, and the server is not held up', async () => {
  await writeFile(join(folder, 'file'), '');
  const errors: unknown[] = [];
  const log = openOutputLog(join(folder, 'file', 'b.log'), (error) => errors.push(error));
  await log.append('a\n');
  await log.append('b\n');
  expect(errors).toHaveLength(1);
  await log.close();
});

test('there may be no log yet', async () => {
  expect(await readLog(join(folder, 'none.log'))).toEqual([]);
});
