import { expect, test } from 'vitest';
import { exchange } from '../proxy/testing/exchange.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { startApp } from '../testing/start-app.ts';

const open = async (...servers: ReturnType<typeof mcpServer>[]) => {
  await using app = await startApp({ servers });
  return { ...(await exchange(`${app.url}/`, { method: 'GET' })), url: app.url };
};

test('shows what visitors may see, as text', async () => {
  const { status, headers, body, url } = await open(
    mcpServer('shown', { spec: { displayInWeb: true, title: '<script>', description: '"><img src=x>' } }),
    mcpServer('hidden'),
  );
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(body).toContain(`<code>${url}/api/v1/mcp/shown/mcp</code>`);
  expect(body).toContain('&lt;script&gt; (not ready at the moment)');
  expect(body).not.toMatch(/<script|<img|hidden/);
});

test('may run and load nothing, nor be framed', async () => {
  const { headers } = await open();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|script-src|\*/);
});

test('says so where there is nothing to see', async () => {
  expect((await open()).body).toContain('No server is shown to visitors.');
});
