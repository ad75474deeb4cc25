import { errors } from 'undici';
import { expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { backendFailure } from './backend-failure.ts';

const SERVER = mcpServer('a', { backend: 'http://127.0.0.1:1/mcp' });

test.each([
  ['an error of the parser without a code', new errors.HTTPParserError('x'), 502, 'backend_response_invalid'],
  ['another length than was said', new errors.ResponseContentLengthMismatchError(), 502, 'backend_response_invalid'],
  ['too many headers', new errors.HeadersOverflowError(), 502, 'backend_headers_too_large'],
  ['no head in time', new errors.HeadersTimeoutError(), 504, 'backend_timeout'],
  ['no body in time', new errors.BodyTimeoutError(), 504, 'backend_timeout'],
  ['a closed connection', new errors.SocketError('other side closed'), 502, 'backend_connection_lost'],
])('after a request was sent: %s', (_, error, status, code) => {
  expect(backendFailure(SERVER, error, true)).toMatchObject({ status, code });
});

test('before it was sent, it was not executed', () => {
  const error = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  expect(backendFailure(SERVER, error, false)).toMatchObject({ status: 503, code: 'backend_unreachable' });
});
