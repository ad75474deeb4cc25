import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, exchange } from './proxy/testing/exchange.ts';
import { listen, type Listening } from './proxy/testing/listening.ts';
import { mcpServer } from './testing/memory-source.ts';
import { startApp, type RunningApp } from './testing/start-app.ts';

let backend: Listening;
let app: RunningApp;

beforeAll(async () => {
  backend = await listen((_incoming, outgoing) => {
    outgoing.setHeader('content-type', 'application/json').setHeader('access-control-allow-origin', '*').end('{}');
  });
  const open = mcpServer('open', { backend: backend.url, spec: { oauth: { required: false } } });
  app = await startApp({
    servers: [open, mcpServer('closed', { backend: backend.url })],
    config: { allowedOrigins: ['https://app.example.com'] },
  });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const from = (origin: string, server = 'open') => exchange(app.endpoint(server), { headers: { origin } });

describe('the Origin of a request to a server', () => {
  test.each(['https://attacker.example', 'null', 'http://localhost:1', 'https://app.example.com.attacker.example'])(
    'may not be %s',
    async (origin) => {
      const answer = await from(origin);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'origin_refused']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test('may be our own under any loopback name, and what is configured', async () => {
    const { port } = new URL(app.url);
    const names = ['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${port}`);
    for (const origin of [...names, 'https://app.example.com']) {
      const answer = await from(origin);
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      expect(answer.headers['access-control-expose-headers']).toContain('Mcp-Session-Id');
      expect(answer.headers['vary']).toContain('Origin');
    }
  });

  test('may not be a loopback name where we are public', async () => {
    await using elsewhere = await startApp({
      servers: [mcpServer('open', { backend: backend.url, spec: { oauth: { required: false } } })],
      config: { publicUrl: 'https://mcp.example.com' },
    });
    const ask = (origin: string) => exchange(elsewhere.endpoint('open'), { headers: { origin } });
    for (const origin of [elsewhere.url, 'https://localhost']) expect((await ask(origin)).status).toBe(403);
    expect((await ask('https://mcp.example.com')).status).toBe(200);
  });

  test('need not be there: programs send none, and get nothing of CORS', async () => {
    const answer = await exchange(app.endpoint('open'));
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of an allowed page can read why it was refused', async () => {
    const answer = await from('https://app.example.com', 'closed');
    expect(answer.status).toBe(401);
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example.com');
    expect(answer.headers['access-control-expose-headers']).toContain('WWW-Authenticate');
  });
});

describe('a preflight', () => {
  const preflight = (url: string, origin: string) =>
    exchange(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,mcp-param-x',
      },
    });

  test('of an allowed page needs no token and allows what it asks for', async () => {
    const { status, headers } = await preflight(app.endpoint('closed'), 'https://app.example.com');
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://app.example.com');
    expect(headers['access-control-allow-methods']).toBe('GET, POST, DELETE');
    expect(headers['access-control-allow-headers']).toBe('authorization,mcp-param-x');
  });

  test('of another page is refused', async () => {
    const { status, headers } = await preflight(app.endpoint('closed'), 'https://attacker.example');
    expect(status).toBe(403);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of any page is fine where anybody may read', async () => {
    const metadata = '/.well-known/oauth-protected-resource/api/v1/mcp/closed/mcp';
    for (const path of [metadata, '/api/v1/mcp/registry']) {
      const { status, headers } = await preflight(app.url + path, 'https://attacker.example');
      expect([path, status]).toEqual([path, 204]);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-allow-headers']).toContain('authorization');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });
});

test('a browser that navigates to an endpoint is refused before anything else', async () => {
  for (const server of ['open', 'closed']) {
    const answer = await exchange(app.endpoint(server), { method: 'GET', headers: { 'sec-fetch-mode': 'navigate' } });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'navigation_refused']);
  }
});
