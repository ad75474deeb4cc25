import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer } from '../../test/support/api-server.ts';
import type { FaultProxy, Faults } from '../../test/support/fault-proxy.ts';
import type { StreamTimes } from './object-stream.ts';
import { expectCaughtUp, followed } from './testing/followed.ts';

beforeAll(() => testApiServer(), API_SERVER_TIMEOUT_MS);

const HEALTHY: Faults = { away: false, frozen: false, cutEveryMs: 0, answer: null, garbledLines: 0, cutLines: 0 };

describe.concurrent('after it no event is lost, and nothing is deaf', () => {
  test.each<[string, Partial<Faults>, Partial<StreamTimes>?]>([
    ['connections reset every 150 ms', { cutEveryMs: 150 }],
    ['an API server that is away', { away: true }],
    ['connections that stay open and say nothing', { frozen: true }, { silence: 1000 }],
    ['500 to everything', { answer: { status: 500, to: 'all' } }],
    ['503 with Retry-After', { answer: { status: 503, to: 'all', retryAfter: 1 } }],
    ['503 that asks for an hour', { answer: { status: 503, to: 'all', retryAfter: 3600 } }, { longestAsked: 500 }],
    ['503 that asks for ten seconds', { answer: { status: 503, to: 'all', retryAfter: 10 } }, { longestAsked: 500 }],
    ['429 with Retry-After', { answer: { status: 429, to: 'all', retryAfter: 1 } }],
    ['403 to everything', { answer: { status: 403, to: 'all' } }],
    ['401 to everything', { answer: { status: 401, to: 'all' } }],
    ['404 to everything', { answer: { status: 404, to: 'all' } }],
    ['429 to watches only', { answer: { status: 429, to: 'watch' } }],
    ['403 to watches only', { answer: { status: 403, to: 'watch' } }],
    ['410 to watches only', { answer: { status: 410, to: 'watch' } }],
    ['an answer that is no list', { answer: { status: 200, to: 'all' } }],
    ['every line of watches garbled', { garbledLines: Infinity }],
    ['every line of watches cut off', { cutLines: Infinity }],
  ])('%s, for more than a second', async (_, faults, times = {}) => {
    await using world = await followed({ times });
    await world.reflector.synced;
    await world.churn(3, 0);
    await world.faulty.proxy.set(faults);
    // What is connected already notices nothing of forged answers.
    if (faults.answer) world.faulty.proxy.reset();
    await world.churn(30, 20);
    await delay(400);
    await world.faulty.proxy.set(HEALTHY);
    await expectCaughtUp(world);
  });

  test.each<[string, (proxy: FaultProxy) => unknown, Partial<StreamTimes>?]>([
    ['a reset', (proxy) => proxy.reset()],
    ['one garbled line', (proxy) => proxy.set({ garbledLines: 1 })],
    ['one line cut off', (proxy) => proxy.set({ cutLines: 1 })],
    ['connections that are lost for good without a word', (proxy) => proxy.lose(), { silence: 1500 }],
  ])('%s, then one event', async (_, fail, times = {}) => {
    await using world = await followed({ times });
    await world.reflector.synced;
    await world.churn(3, 0);
    await expectCaughtUp(world);
    await fail(world.faulty.proxy);
    await world.put('last', '1');
    await expectCaughtUp(world);
  });

  test('a watch that ends every second', async () => {
    await using world = await followed({ times: { watch: 1000 } });
    await world.reflector.synced;
    await world.churn(60, 30);
    await expectCaughtUp(world);
    expect(world.faulty.calls.filter(({ verb }) => verb === 'WATCH').length).toBeGreaterThan(2);
  });

  test('an API server that says nothing any more: its silence counts from its last word', async () => {
    await using world = await followed({ times: { silence: 1000 } });
    await world.reflector.synced;
    await world.put('one', '1');
    await vi.waitFor(() => expect(world.told.has('one')).toBe(true));
    await world.faulty.proxy.set({ frozen: true });
    const lastContact = await vi.waitUntil(() => world.reflector.lastContact() || undefined, {
      timeout: 4000,
      interval: 5,
    });
    expect(lastContact).toBeGreaterThan(900);
  });

  test('a start without an API server', async () => {
    await using world = await followed({ before: ({ proxy }) => proxy.set({ away: true }) });
    await world.churn(5, 0);
    expect(world.reflector.list()).toEqual([]);
    expect(world.reflector.lastContact()).toBeGreaterThan(0);
    await world.faulty.proxy.set({ away: false });
    await world.reflector.synced;
    await expectCaughtUp(world);
  });
});

describe('a clock that jumps', () => {
  afterEach(() => vi.useRealTimers());

  test.each([
    ['forward', 24],
    ['back', -24],
  ])('%s a day does no harm', async (_, hours) => {
    await using world = await followed();
    await world.reflector.synced;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
    await world.churn(3, 0);
    await world.faulty.proxy.set({ away: true });
    await delay(300);
    vi.setSystemTime(Date.now() - 2 * hours * 3_600_000);
    await world.faulty.proxy.set({ away: false });
    await expectCaughtUp(world);
  });
});

test('while the API server is away, the time since it was heard grows; what was read stays readable', async () => {
  await using world = await followed();
  await world.put('one', '1');
  await expectCaughtUp(world);
  await world.faulty.proxy.set({ away: true });
  await vi.waitFor(() => expect(world.reflector.lastContact()).toBeGreaterThan(400), { interval: 50 });
  expect(world.reflector.get(world.space.name, 'one')?.['data']).toEqual({ value: '1' });
});

test('an API server that refuses is not asked more than some times a second', async () => {
  await using world = await followed({ before: ({ proxy }) => proxy.set({ answer: { status: 403, to: 'all' } }) });
  await delay(3000);
  // 50 ms doubled up to 2 s, each at most halved by jitter.
  expect(world.faulty.proxy.requests()).toBeLessThan(12);
});
