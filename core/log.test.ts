import { Writable } from 'node:stream';
import pino from 'pino';
import { expect, test } from 'vitest';
import { LOG_OPTIONS } from './log.ts';

function logged(write: (log: pino.Logger) => void): string {
  let text = '';
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  write(pino(LOG_OPTIONS, sink));
  return text;
}

test('an error is logged with its causes, and with nothing that a library hung on it', () => {
  const error = Object.assign(new Error('terminated', { cause: new Error('shut down') }), {
    code: '57P01',
    client: { connectionString: 'postgres://gateway:hunter2@localhost' },
  });
  const line = logged((log) => log.error({ err: error }, 'lost'));
  expect(line).not.toContain('hunter2');
  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'Error', code: '57P01', message: 'terminated', cause: { message: 'shut down' } },
  });
});

test.each(['authorization', 'password', 'access_token'])('a field named %s is not shown', (field) => {
  const line = logged((log) => log.info({ [field]: 'hunter2', nested: { [field]: 'hunter2' } }, 'x'));
  expect(line).not.toContain('hunter2');
});
