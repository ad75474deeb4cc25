import { expect, test } from 'vitest';
import { clockBreak } from './clock.ts';

const MINUTE = 60_000;

test('what differs by less than clients notice', () => {
  expect(clockBreak({ gateway: 30_000, apiServer: -30_000 }, 'cluster')).toBeUndefined();
  expect(clockBreak({ gateway: undefined, apiServer: undefined }, 'gateway')).toBeUndefined();
});

test.each([
  ['ours', { gateway: 10 * MINUTE, apiServer: 10 * MINUTE }, 'of this machine:'],
  ['that of the gateway', { gateway: 10 * MINUTE, apiServer: 0 }, 'of the node on which the gateway runs:'],
  ['that of the API server', { gateway: 0, apiServer: -10 * MINUTE }, 'of the machine of the API server:'],
  ['all of them', { gateway: 10 * MINUTE, apiServer: -10 * MINUTE }, 'of each of these machines:'],
  ['one of two', { gateway: -3 * 60 * MINUTE, apiServer: undefined }, 'of this machine, or'],
])('the clock that is wrong: %s', (_, ahead, words) => {
  const found = clockBreak(ahead, 'cluster');
  expect(found?.cause).toBe('ClockSkew');
  expect(found?.fix).toContain(words);
});

test('how much, in words', () => {
  const told = (gateway: number) => clockBreak({ gateway, apiServer: undefined }, 'gateway')?.message;
  expect(told(-45_000)).toBe('The clock of the gateway is 45 seconds behind the clock of this machine.');
  expect(told(10 * MINUTE)).toBe('The clock of the gateway is 10 minutes ahead of the clock of this machine.');
  expect(told(3 * 60 * MINUTE)).toContain('3 hours');
});
