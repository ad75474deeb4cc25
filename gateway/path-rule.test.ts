import { expect, test } from 'vitest';
import { sendRaw } from './proxy/testing/exchange.ts';
import { startApp } from './testing/start-app.ts';

const METADATA = '/.well-known/oauth-authorization-server';

test('a path means what it says, letter by letter', async () => {
  await using app = await startApp();
  const { port } = new URL(app.url);
  const ask = (target: string) =>
    sendRaw(Number(port), `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
  expect(await ask('/api/v1/mcp/registry?a=/../%2e')).toMatch(/^HTTP\/1\.1 200 /);
  for (const target of [
    `/oauth/..${METADATA}`,
    `/.${METADATA}`,
    `/${METADATA}`,
    '//localhost/api/v1/mcp/registry',
    '/api//v1/mcp/registry',
    '/api/./v1/mcp/registry',
    '/api/v1/mcp/other/../registry',
    '/api/v1/mcp/%72egistry',
    '/api/v1/mcp%2Fregistry',
    '/%2e%2e/api/v1/mcp/registry',
    '/api/v1/mcp/registry/..',
    '/api/v1/mcp\\registry',
    '/api/v1/mcp/registry#x',
    '/oauth/x/%2e%2e/%2E%2e/api/v1/mcp/registry',
  ]) {
    expect([target, await ask(target)]).toEqual([target, expect.stringMatching(/^HTTP\/1\.1 40[04] /)]);
  }
});
