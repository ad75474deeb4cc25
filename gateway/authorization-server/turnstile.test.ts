import { expect, test } from 'vitest';
import { createTurnstile } from './turnstile.ts';

test('so many at a time, so many in line, the others are turned away; then there is room again', async () => {
  const turnstile = createTurnstile(2, 3, () => new Error('crowded'));
  const open: (() => void)[] = [];
  let started = 0;
  const work = () => {
    started += 1;
    return new Promise<string>((resolve) => open.push(() => resolve('done')));
  };
  const passing = Array.from({ length: 5 }, () => turnstile.pass(work));
  await expect(turnstile.pass(work)).rejects.toThrow('crowded');
  expect(started).toBe(2);
  for (let finished = 1; finished <= 5; finished += 1) {
    open.shift()?.();
    await new Promise(setImmediate);
    expect(started).toBe(Math.min(5, 2 + finished));
  }
  expect(await Promise.all(passing)).toEqual(Array.from({ length: 5 }, () => 'done'));
  expect(await turnstile.pass(async () => 'again')).toBe('again');
});

test('work that fails gives its place back', async () => {
  const turnstile = createTurnstile(1, 0, () => new Error('crowded'));
  await expect(turnstile.pass(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await turnstile.pass(async () => 'fine')).toBe('fine');
});
