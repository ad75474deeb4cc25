import { expect, test } from 'vitest';
import { createListeners } from './listeners.ts';

test('everybody is told, also where one throws, until they leave', async () => {
  const uncaught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => uncaught.push(error));
  const told: string[] = [];
  const listeners = createListeners<[string]>();
  listeners.add(() => {
    throw new Error('a bug');
  });
  const listener = (value: string): void => void told.push(value);
  const stop = listeners.add(listener);
  listeners.add(listener);
  listeners.tell('a');
  expect(told).toEqual(['a', 'a']);
  await new Promise((resolve) => setImmediate(resolve));
  for (const other of before) process.on('uncaughtException', other);
  expect(uncaught).toMatchObject([{ message: 'a bug' }]);
  stop();
  stop();
  const quiet = createListeners<[string]>();
  const leave = quiet.add(listener);
  leave();
  quiet.tell('b');
  expect(told).toEqual(['a', 'a']);
});
