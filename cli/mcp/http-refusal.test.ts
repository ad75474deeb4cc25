import { expect, test } from 'vitest';
import { accessHints } from './access-hints.ts';
import { httpRefusal } from './http-refusal.ts';

const HINTS = accessHints({ kind: 'gateway', label: 'https://mcp.example.com' });
const rpc = (code: string, message: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32000, message: `${message} [0a1b2c3d]`, data: { code, id: '0a1b2c3d' } },
  });

test('what a gateway says is passed on with its id, in both forms of its bodies', () => {
  expect(httpRefusal({ status: 503, body: rpc('server_unavailable', 'It is not running.') }, HINTS)).toMatchObject({
    code: 'server_unavailable',
    message: 'It is not running. [0a1b2c3d]',
  });
  const body = JSON.stringify({ error: 'unknown_host', error_description: 'Use another host.', error_id: '0a1b2c3d' });
  expect(httpRefusal({ status: 421, body }, HINTS)).toMatchObject({
    code: 'unknown_host',
    message: 'Use another host. [0a1b2c3d]',
  });
});

test('a missing scope is told with the next step of the place', () => {
  const answer = {
    status: 403,
    body: rpc('insufficient_scope', 'It needs user admin.'),
    challenge: 'Bearer resource_metadata="https://x", scope="user admin", error="insufficient_scope"',
  };
  expect(httpRefusal(answer, HINTS)?.message).toBe(
    'It needs user admin. [0a1b2c3d] Leave out --scope, or sign in again with `mooring login https://mcp.example.com` and allow user admin.',
  );
  const laptop = accessHints({ kind: 'laptop', label: 'this machine' });
  expect(httpRefusal(answer, laptop)?.message).toContain('--scope "user admin"');
});

test('nobody is signed in: exit code 3, and how to', () => {
  expect(httpRefusal({ status: 401, body: rpc('invalid_token', 'It expired.') }, HINTS)).toMatchObject({
    code: 'not_signed_in',
    message: expect.stringContaining('mooring login https://mcp.example.com') as string,
  });
});

test.each([400, 404, 405])('a %i of the server behind is for the MCP client to read', (status) => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32022, message: 'x', data: { supported: [] } },
  });
  expect(httpRefusal({ status, body }, HINTS)).toBeUndefined();
  expect(httpRefusal({ status, body: 'Not found' }, HINTS)).toBeUndefined();
  expect(httpRefusal({ status, body: rpc('unknown_server', 'No such server.') }, HINTS)?.code).toBe('unknown_server');
});

test('a stranger in its place gets neither our codes nor a word that terminals obey', () => {
  const body = rpc('evil code\n', 'red\u001B[31m\nline');
  expect(httpRefusal({ status: 500, body }, HINTS)).toMatchObject({
    code: 'http_error',
    message: 'red\uFFFD[31m line [0a1b2c3d]',
  });
  expect(httpRefusal({ status: 502, body: '<html>' }, HINTS)?.message).toBe(
    'The gateway answered HTTP 502 without saying why.',
  );
});
