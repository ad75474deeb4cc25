import { describe, expect, test } from 'vitest';
import { responseHeaders } from './response-headers.ts';
import { judgeResponse, type Verdict } from './response-rules.ts';

const type = (value: string) => ({ 'content-type': value });

describe('judgeResponse', () => {
  test.each<[string, number, Record<string, string>, Verdict]>([
    ['JSON', 200, type('application/json'), 'body'],
    ['JSON with a charset', 200, type('Application/JSON; charset=utf-8'), 'body'],
    ['an error in JSON', 400, type('application/json'), 'body'],
    ['403 in JSON', 403, { ...type('application/json'), 'www-authenticate': 'Bearer' }, 'body'],
    ['500 in JSON', 500, type('application/json'), 'body'],
    ['events', 200, type('text/event-stream'), 'events'],
    ['events with a charset', 200, type('text/event-stream;charset=UTF-8'), 'events'],
    ['202 without a type', 202, {}, 'dropped'],
    ['202 in text, as Express sends it', 202, type('text/plain'), 'dropped'],
    ['204', 204, {}, 'dropped'],
    ['204 that is said to have JSON', 204, type('application/json'), 'dropped'],
    ['204 that is said to have events', 204, type('text/event-stream'), 'dropped'],
    ['405 in text', 405, type('text/html'), 'dropped'],
    ['404 without a type', 404, {}, 'dropped'],
    ['500 as a page', 500, type('text/html'), 'dropped'],
    ['200 without a type', 200, {}, 'empty'],
    ['a page', 200, type('text/html'), 'empty'],
    ['a page that is called JSON too', 200, type('application/json, text/html'), 'empty'],
    ['a page behind a parameter of JSON', 200, type('application/json;x=y, text/html'), 'empty'],
    ['a page behind a parameter of events', 200, type('text/event-stream; charset=utf-8, text/html'), 'empty'],
    ['JSON of another kind', 200, type('application/jsonp'), 'empty'],
    ['a script', 200, type('text/javascript'), 'empty'],
  ])('%s', (_, status, headers, verdict) => {
    expect(judgeResponse(status, headers)).toBe(verdict);
  });

  test.each([
    ['401', 401, 'backend_unauthorized'],
    ['407', 407, 'backend_unauthorized'],
    ['301', 301, 'backend_response_refused'],
    ['304', 304, 'backend_response_refused'],
    ['307', 307, 'backend_response_refused'],
    ['600', 600, 'backend_response_refused'],
    ['999', 999, 'backend_response_refused'],
  ])('%s is refused, even as JSON', (_, status, code) => {
    expect(judgeResponse(status, type('application/json'))).toMatchObject({ code, status: 502 });
  });

  test('a type that was sent twice is none', () => {
    const headers = { 'content-type': ['application/json', 'text/html'] } as unknown as Record<string, string>;
    expect(judgeResponse(200, headers)).toBe('empty');
  });
});

/** As the client will see them. */
const received = (
  backend: Record<string, string | string[]>,
  verdict: 'body' | 'events' | 'dropped',
  session?: string,
) => {
  const flat = responseHeaders(200, backend, verdict, session);
  return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : [])));
};

const OURS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-store',
};

describe('responseHeaders', () => {
  test.each([
    ['allow', 'POST'],
    ['content-encoding', 'gzip'],
    ['content-length', '12'],
    ['content-type', 'application/json'],
    ['mcp-protocol-version', '2025-11-25'],
    ['mcp-something-new', 'x'],
    ['ratelimit-policy', '"default";q=100;w=10'],
    ['retry-after', '3'],
    ['x-ratelimit-remaining', '1'],
    ['x-request-id', '7'],
  ])('forwards %s', (name, value) => {
    expect(received({ [name]: value }, 'body')).toEqual({ ...OURS, [name]: value });
  });

  test.each([
    'accept-ch',
    'access-control-allow-origin',
    'alt-svc',
    'cache-control',
    'clear-site-data',
    'connection',
    'content-disposition',
    'content-location',
    'content-security-policy',
    'critical-ch',
    'cross-origin-opener-policy',
    'date',
    'keep-alive',
    'link',
    'location',
    'mcp-session-id',
    'nel',
    'origin-agent-cluster',
    'permissions-policy',
    'proxy-authenticate',
    'public-key-pins',
    'refresh',
    'report-to',
    'reporting-endpoints',
    'server',
    'service-worker-allowed',
    'set-cookie',
    'set-cookie2',
    'set-login',
    'sourcemap',
    'speculation-rules',
    'strict-transport-security',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'vary',
    'www-authenticate',
    'x-accel-redirect',
    'x-content-type-options',
    'x-powered-by',
    'x-sendfile',
    'x-sourcemap',
  ])('does not forward %s', (name) => {
    expect(received({ [name]: 'of the backend' }, 'body')).toEqual(OURS);
  });

  test('marks event streams as not to be buffered', () => {
    expect(received(type('text/event-stream'), 'events')).toEqual({
      ...OURS,
      ...type('text/event-stream'),
      'cache-control': 'private, no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  test('describes no body where there is none', () => {
    const html = { ...type('text/html'), 'content-length': '90', 'content-encoding': 'gzip', allow: 'POST' };
    expect(received(html, 'dropped')).toEqual({ ...OURS, allow: 'POST', 'content-length': '0' });
  });

  test('has no length in a 204 (RFC 9110 section 8.6)', () => {
    expect(responseHeaders(204, { 'content-length': '0' }, 'dropped', undefined)).not.toContain('content-length');
  });

  test('carries the sealed session', () => {
    expect(received({ 'mcp-session-id': 'raw' }, 'body', 'sealed')).toEqual({ ...OURS, 'mcp-session-id': 'sealed' });
  });
});
