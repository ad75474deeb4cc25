import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { accessHints } from './access-hints.ts';
import { gatewayFetch } from './gateway-fetch.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  await new Promise((resolve) => void server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

function client() {
  const http = gatewayFetch(accessHints({ kind: 'laptop', label: 'here' }));
  onTestFinished(async () => http.close());
  return http.fetch;
}

test('an answer comes as it is, with its headers', async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' });
    request.pipe(response);
  });
  const response = await client()(url, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  });
  expect(response.headers.get('mcp-session-id')).toBe('s');
  expect(await response.json()).toEqual({ a: 1 });
});

test('a token is never taken along to where a redirect leads', async () => {
  const seen: unknown[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  const url = await serve((_, response) => void response.writeHead(307, { location: elsewhere }).end());
  const headers = { authorization: 'Bearer secret' };
  await expect(client()(url, { method: 'POST', body: '{}', headers })).rejects.toMatchObject({ code: 'redirected' });
  expect(seen).toEqual([]);
});

test('an answer without end ends, whether it is JSON or a stream', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const more = (): void => {
      if (response.writable) response.write(Buffer.alloc(1024 ** 2), more);
    };
    more();
  });
  const response = await client()(url);
  await expect(response.text()).rejects.toMatchObject({ code: 'answer_too_large' });
});

test('refusals of a gateway are Failures; what is for MCP clients passes', async () => {
  const url = await serve((request, response) => {
    const status = Number(request.headers['x-status']);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      status === 404 ? '{"jsonrpc":"2.0"}' : '{"error":"gateway_busy","error_description":"Later.","error_id":"1"}',
    );
  });
  await expect(client()(url, { headers: { 'x-status': '503' } })).rejects.toMatchObject({
    code: 'gateway_busy',
    message: 'Later. [1]',
  });
  const passed = await client()(url, { headers: { 'x-status': '404' } });
  expect([passed.status, await passed.text()]).toEqual([404, '{"jsonrpc":"2.0"}']);
});

test('a refusal without end ends as well', async () => {
  const url = await serve((_, response) => {
    response.writeHead(500);
    const more = (): void => {
      if (response.writable) response.write(Buffer.alloc(1024 ** 2), more);
    };
    more();
  });
  await expect(client()(url)).rejects.toMatchObject({ code: 'http_error' });
});

test('nobody there: exit code 3', async () => {
  await expect(client()('http://127.0.0.1:9/mcp')).rejects.toMatchObject({ code: 'unreachable' });
});
