import { describe, expect, test } from 'vitest';
import { requestHeaders } from './request-headers.ts';

const own = { publicUrl: 'https://mcp.example.com:8443', identity: 'signed', session: undefined };

/** As the backend will see them. */
function sent(incoming: Record<string, string | string[]>, session?: string): Record<string, string> {
  const flat = requestHeaders(incoming, { ...own, session });
  const names = flat.filter((_, at) => at % 2 === 0);
  expect(new Set(names).size, 'each name once').toBe(names.length);
  return Object.fromEntries(names.map((name, at) => [name, flat[at * 2 + 1] ?? '']));
}

const OURS = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'mcp.example.com:8443',
  'mooring-identity': 'signed',
};

describe('requestHeaders', () => {
  test('adds only what the gateway says itself', () => {
    expect(sent({})).toEqual(OURS);
    expect(sent({}, 'backend-id')).toEqual({ ...OURS, 'mcp-session-id': 'backend-id' });
  });

  test.each([
    ['accept', 'application/json, text/event-stream'],
    ['accept-encoding', 'gzip'],
    ['accept-language', 'de'],
    ['content-type', 'application/json'],
    ['last-event-id', '42'],
    ['mcp-protocol-version', '2026-07-28'],
    ['mcp-method', 'tools/call'],
    ['mcp-name', '=?base64?YQ==?='],
    ['mcp-param-region', 'eu'],
    ['mcp-param-user_id', '7'],
    ['mcp-something-new', 'x'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['user-agent', 'client/1'],
    ['x-api-key', 'of the backend'],
    ['x-request-id', '7'],
  ])('forwards %s', (name, value) => {
    expect(sent({ [name]: value })).toEqual({ ...OURS, [name]: value });
  });

  test.each([
    'access-control-request-headers',
    'authorization',
    'cf-connecting-ip',
    'connection',
    'content-length',
    'cookie',
    'expect',
    'forwarded',
    'host',
    'http2-settings',
    'keep-alive',
    'mcp-session-id',
    'mooring-identity',
    'mooring-anything',
    'mooring_identity',
    'origin',
    'proxy-authorization',
    'proxy-connection',
    'referer',
    'sec-fetch-mode',
    'te',
    'trailer',
    'transfer-encoding',
    'true-client-ip',
    'upgrade',
    'x-client-ip',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-user',
    'x_forwarded_for',
    'x-http-method-override',
    'x-original-url',
    'x-real-ip',
    'x-rewrite-url',
  ])('does not forward %s', (name) => {
    expect(sent({ [name]: 'of the client' })).toEqual(OURS);
  });

  test('does not forward what Connection names, but always sends what is ours', () => {
    const connection = 'close, X-Hop ,mcp-Name,mooring-identity, x-forwarded-host, mcp-session-id';
    expect(sent({ connection, 'x-hop': '1', 'mcp-name': 'a', accept: '*/*' }, 'id')).toEqual({
      ...OURS,
      accept: '*/*',
      'mcp-session-id': 'id',
    });
  });
});
