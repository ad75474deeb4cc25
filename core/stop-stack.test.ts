import { expect, test } from 'vitest';
import { StopStack } from './stop-stack.ts';

test('stops in the opposite order, each once, and all even where one fails', async () => {
  const stopped: string[] = [];
  const started = new StopStack();
  for (const name of ['a', 'b', 'c']) {
    started.adopt(name, async (value) => {
      stopped.push(value);
      if (value === 'b') throw new Error('b does not stop');
    });
  }
  await expect(started.stop()).rejects.toThrow('b does not stop');
  await started.stop();
  expect(stopped).toEqual(['c', 'b', 'a']);
});

test('where starting fails, what was started is stopped and the reason is told', async () => {
  const stopped: string[] = [];
  const failing = StopStack.guarding(async (started) => {
    started.defer(() => stopped.push('a'));
    throw new Error('no port');
  });
  await expect(failing).rejects.toThrow('no port');
  expect(stopped).toEqual(['a']);
});
