import { expect, test } from 'vitest';
import { Failure } from '../core/failure.ts';
import { readableLog } from '../test/support/log-lines.ts';
import { logFailure } from './refusals.ts';

/** pino's numbers. */
const [DEBUG, INFO, WARN, ERROR] = [20, 30, 40, 50];

test.each([
  ['authentication_required', 401, DEBUG],
  ['unknown_server', 404, DEBUG],
  ['invalid_token', 401, INFO],
  ['not_found', 404, INFO],
  ['server_unavailable', 503, WARN],
  ['internal_error', 500, ERROR],
])('%s (%i) is logged at level %i, with its id', (code, status, level) => {
  const { log, lines } = readableLog();
  const failure = new Failure(code, 'Refused.', { status });
  logFailure(failure, log, {});
  expect(lines()).toEqual([expect.objectContaining({ level, id: failure.id, code, status })]);
});
