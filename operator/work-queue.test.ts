import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { doubling } from './backoff.ts';
import { settled, transient, waiting, type Outcome } from './outcome.ts';
import { startWorkQueue, type WorkQueue } from './work-queue.ts';

let queue: WorkQueue;
afterEach(async () => queue.stop());

function start(work: (key: string) => Promise<Outcome>, workers = 2, transients: number[] = []): void {
  queue = startWorkQueue({
    work,
    workers,
    backoff: doubling(5, 20),
    onTransient: (_key, _error, retryAfterMs) => transients.push(retryAfterMs),
  });
}

test('a key that is asked for many times is worked on once, and once more for what came meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  start(async () => {
    runs++;
    await gate.promise;
    return settled;
  });
  for (let i = 0; i < 10; i++) queue.add('a');
  expect(runs).toBe(1);
  gate.resolve();
  await sleep(10);
  expect(runs).toBe(2);
});

test('what is urgent comes first, also where it waits already', async () => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  start(async (key) => {
    order.push(key);
    await gate.promise;
    return settled;
  }, 1);
  for (const key of ['first', 'a', 'b', 'c']) queue.add(key);
  queue.add('c', 'urgent');
  queue.add('d', 'urgent');
  queue.add('d');
  expect(queue.depth()).toBe(4);
  gate.resolve();
  await expect.poll(() => order).toEqual(['first', 'c', 'd', 'a', 'b']);
});

test('never two runs of one key at a time, never more keys than workers', async () => {
  const running = new Map<string, number>();
  let most = 0;
  start(async (key) => {
    running.set(key, (running.get(key) ?? 0) + 1);
    expect(running.get(key)).toBe(1);
    most = Math.max(most, [...running.values()].filter(Boolean).length);
    await sleep(1);
    running.set(key, 0);
    return settled;
  }, 3);
  for (let i = 0; i < 60; i++) {
    queue.add(`key${i % 6}`);
    if (i % 10 === 0) await sleep(1);
  }
  await sleep(30);
  expect(most).toBe(3);
});

test('a transient failure, thrown or returned, is tried again with growing pauses; success starts over', async () => {
  const transients: number[] = [];
  const outcomes: (() => Outcome)[] = [
    () => transient('x'),
    () => {
      throw new Error('thrown');
    },
    () => transient('x'),
    () => settled,
  ];
  const seen: number[] = [];
  start(
    async () => {
      seen.push(performance.now());
      return (outcomes[seen.length - 1] ?? (() => transient('later')))();
    },
    1,
    transients,
  );
  queue.add('a');
  await sleep(80);
  expect(seen).toHaveLength(4);
  queue.add('a');
  await sleep(2);
  expect(transients).toEqual([5, 10, 20, 5]);
});

test('what fails is not tried again at once because it was asked for meanwhile', async () => {
  let runs = 0;
  start(async () => {
    runs += 1;
    await sleep(1);
    if (runs < 3) queue.add('a');
    return runs < 3 ? transient('x') : settled;
  });
  const since = performance.now();
  queue.add('a');
  await expect.poll(() => runs, { interval: 1 }).toBe(3);
  // Pauses of 5 and 10 ms.
  expect(performance.now() - since).toBeGreaterThan(14);
});

test('waiting comes back after its time; being asked for earlier replaces that', async () => {
  const seen: number[] = [];
  start(async () => {
    seen.push(performance.now());
    return seen.length === 1 ? waiting(30) : settled;
  });
  queue.add('a');
  await sleep(5);
  queue.add('a');
  await sleep(50);
  expect(seen).toHaveLength(2);
});

test('stop waits for what is under way and starts nothing more', async () => {
  let done = 0;
  start(async () => {
    await sleep(15);
    done++;
    return waiting(1);
  }, 1);
  queue.add('a');
  queue.add('b');
  await queue.stop();
  expect(done).toBe(1);
  await sleep(25);
  expect(done).toBe(1);
});
