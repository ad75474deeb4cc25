import { afterEach, expect, test, vi } from 'vitest';
import { replayedSide } from './replayed-side.ts';
import { createSeal } from './seal.ts';

afterEach(() => vi.useRealTimers());

test('what a call knows is good for eleven minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const seal = createSeal('0123456789abcdef');
  const call = { abilities: { form: false, url: true, sampling: false }, context: 'ada', responses: {} };
  const first = replayedSide({ ...call, state: undefined }, seal);
  await first.client.elicitUrl?.('key', { message: '', url: 'https://example.com' }).catch(() => {});
  const state = (await first.asked())?.requestState;
  vi.setSystemTime(Date.now() + 659_000);
  const second = replayedSide({ ...call, state, responses: { key: { action: 'decline' } } }, seal);
  expect(await second.client.elicitUrl?.('key', { message: '', url: 'https://example.com' })).toBe('decline');
  vi.setSystemTime(Date.now() + 2000);
  expect(() => replayedSide({ ...call, state }, seal)).toThrow('too late');
});
