import { expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { patience } from './patience.ts';

test('what is not possible yet is tried until it is, and the log says why it waits', async () => {
  const { log, lines } = readableLog();
  const waits: string[] = [];
  const wait = patience(log, new AbortController().signal, (what) => waits.push(what));
  let attempts = 0;
  const result = await wait('the database', async () => {
    if (++attempts < 3) throw new Failure('database_away', 'It is away.', { cause: new Error('ECONNREFUSED') });
    return 'there';
  });
  expect([result, attempts, waits]).toEqual(['there', 3, ['waiting for the database']]);
  expect(lines()).toMatchObject([
    {
      level: 40,
      msg: 'waiting for the database: It is away.',
      code: 'database_away',
      cause: 'ECONNREFUSED',
      retryMs: 250,
    },
    { retryMs: 500 },
  ]);
});

test('who waits can be told to stop', async () => {
  const stopping = new AbortController();
  const wait = patience(readableLog().log, stopping.signal, () => undefined);
  const waiting = wait('ever', async () => Promise.reject(new Error('no')));
  setTimeout(() => stopping.abort(new Error('stopped')), 50);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await expect(wait('more', async () => 'there')).rejects.toThrow('stopped');
});
