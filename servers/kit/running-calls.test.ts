import { expect, test } from 'vitest';
import { runningCalls } from './running-calls.ts';

const cancelled = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

/** A call that ends when it is cancelled. */
function begin(calls = runningCalls(), caller = 'ada', id: string | number = 1) {
  const signals: AbortSignal[] = [];
  const end = Promise.withResolvers<void>();
  const done = calls.run(caller, id, async (signal) => {
    signals.push(signal);
    await end.promise;
  });
  return { calls, done, end: () => end.resolve(), isCancelled: () => signals.some(({ aborted }) => aborted) };
}

test('a client cancels its own call by the id of the request', async () => {
  const { calls, isCancelled } = begin();
  expect(calls.cancel('ada', cancelled(2))).toBe(false);
  expect(calls.cancel('ada', cancelled('1'))).toBe(false);
  expect(calls.cancel('bob', cancelled(1))).toBe(false);
  expect(calls.cancel('ada', { method: 'notifications/progress', params: { requestId: 1 } })).toBe(false);
  for (const nonsense of [null, [], 'x', {}, cancelled(undefined)]) expect(calls.cancel('ada', nonsense)).toBe(false);
  expect(isCancelled()).toBe(false);
  expect(calls.cancel('ada', cancelled(1))).toBe(true);
  expect(isCancelled()).toBe(true);
});

test('of two calls with one number none is cancelled; when one has ended, the other can be', async () => {
  const calls = runningCalls();
  const [one, two] = [begin(calls), begin(calls)];
  expect(calls.cancel('ada', cancelled(1))).toBe(false);
  one.end();
  await one.done;
  expect(calls.cancel('ada', cancelled(1))).toBe(true);
  expect([one.isCancelled(), two.isCancelled()]).toEqual([false, true]);
  two.end();
  await two.done;
  expect(calls.cancel('ada', cancelled(1))).toBe(false);
});
