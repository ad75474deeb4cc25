import { expect, test } from 'vitest';
import { budgetPerSecond } from './budget.ts';

test('gives so much in a second, and never more than one second saved', () => {
  let now = 0;
  const take = budgetPerSecond(10, () => now);
  const taken = (): number => {
    let count = 0;
    while (take()) count++;
    return count;
  };
  expect(taken()).toBe(10);
  expect(taken()).toBe(0);
  now += 500;
  expect(taken()).toBe(5);
  now += 60_000;
  expect(taken()).toBe(10);
});
