import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startLoop } from './loop.ts';

test('a task runs never two at a time; what comes meanwhile is done afterwards', async () => {
  let running = 0;
  let runs = 0;
  const loop = startLoop(async () => {
    running += 1;
    expect(running).toBe(1);
    await sleep(20);
    running -= 1;
    runs += 1;
    return 60_000;
  }, 0);
  await vi.waitFor(() => expect(running).toBe(1), { interval: 1 });
  for (let i = 0; i < 5; i++) loop.hurry(0);
  await vi.waitFor(() => expect(runs).toBe(2), { interval: 1 });
  await sleep(50);
  expect(runs).toBe(2);
  await loop.stop();
});

test('it runs again when the task wants it, and not after stop', async () => {
  let runs = 0;
  const loop = startLoop(async () => {
    runs += 1;
    return 5;
  }, 5);
  await vi.waitFor(() => expect(runs).toBeGreaterThan(2), { interval: 1 });
  await loop.stop();
  const after = runs;
  loop.hurry(0);
  await sleep(30);
  expect(runs).toBe(after);
});

test('a far run is brought forward, a near one is not put off', async () => {
  let runs = 0;
  const loop = startLoop(async () => {
    runs += 1;
    return 60_000;
  }, 60_000);
  loop.hurry(10);
  loop.hurry(60_000);
  await vi.waitFor(() => expect(runs).toBe(1), { interval: 1, timeout: 1000 });
  await loop.stop();
});
