import { expect, test } from 'vitest';
import { atEndOfTurn } from './end-of-turn.ts';

test('tasks of a turn run together, in order, after it; those they leave run in the next one', async () => {
  const log: string[] = [];
  const done = Promise.withResolvers<void>();
  atEndOfTurn(() => log.push('first'));
  atEndOfTurn(() => {
    log.push('second');
    atEndOfTurn(() => {
      log.push('fourth');
      done.resolve();
    });
  });
  atEndOfTurn(() => log.push('third'));
  log.push('turn');
  await done.promise;
  expect(log).toEqual(['turn', 'first', 'second', 'third', 'fourth']);
});
