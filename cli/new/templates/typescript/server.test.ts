// Runs the server as Mooring would, without a gateway: `npm test`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createServer, type RunningServer } from 'mooring/kit';
import { server } from './server.ts';
import { gatewayForTests, type GatewayForTests } from './gateway-for-tests.ts';

let gateway: GatewayForTests;
let running: RunningServer;
let endpoint: URL;

before(async () => {
  gateway = await gatewayForTests('default/SERVER_NAME');
  running = await createServer(server, gateway.env);
  endpoint = new URL('/mcp', running.url);
});

after(async () => {
  await running.stop();
  await gateway.close();
});

test('greets in the name of who calls', async () => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const headers = await gateway.identityOf('ada');
  await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
  try {
    const { structuredContent } = await client.callTool({ name: 'greet', arguments: { name: 'Grace' } });
    assert.deepEqual(structuredContent, { text: 'Hello, Grace, from ada.' });
  } finally {
    await client.close();
  }
});

test('answers nobody who did not come through the gateway', async () => {
  const { status } = await fetch(endpoint, { method: 'POST', body: '{}' });
  assert.equal(status, 401);
});
