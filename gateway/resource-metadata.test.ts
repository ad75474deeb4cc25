import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from './proxy/testing/exchange.ts';
import { mcpServer } from './testing/memory-source.ts';
import { startApp, type RunningApp } from './testing/start-app.ts';

const PREFIX = '/.well-known/oauth-protected-resource';
let app: RunningApp;

beforeAll(async () => {
  const oauth = { scopes: ['user'], tools: [{ match: 'wipe', scopes: ['skills:delete'] }] };
  app = await startApp({
    servers: [
      mcpServer('a', { spec: { title: 'Server A', oauth } }),
      mcpServer('plain'),
      mcpServer('off', { spec: { enabled: false } }),
      mcpServer('refused', { accepted: false }),
    ],
    config: { publicUrl: 'https://mcp.example.com' },
  });
});

afterAll(async () => app[Symbol.asyncDispose]());

const ask = (path: string) =>
  exchange(app.url + PREFIX + path, { method: 'GET', headers: { origin: 'https://x.example' } });

test('a server says what it is called, who issues its tokens and which scopes its rules name', async () => {
  const { status, headers, body } = await ask('/api/v1/mcp/a/mcp');
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  expect(JSON.parse(body)).toEqual({
    resource: 'https://mcp.example.com/api/v1/mcp/a/mcp',
    authorization_servers: ['https://mcp.example.com'],
    scopes_supported: ['skills:delete', 'user'],
    bearer_methods_supported: ['header'],
    resource_name: 'Server A',
  });
});

test('what has no value is left out (RFC 9728 section 3.2)', async () => {
  for (const path of ['/api/v1/mcp/plain/mcp', '/api/v1/mcp/registry']) {
    const { body } = await ask(path);
    expect(JSON.parse(body)).toMatchObject({ resource: `https://mcp.example.com${path}` });
    expect(JSON.parse(body)).not.toHaveProperty('scopes_supported');
  }
});

test.each(['/api/v1/mcp/unknown/mcp', '/api/v1/mcp/off/mcp', '/api/v1/mcp/refused/mcp', '/api/v1/mcp/a/mcp/', '/', ''])(
  'there is none of %s',
  async (path) => {
    expect((await ask(path)).status).toBe(404);
  },
);
