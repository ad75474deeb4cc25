import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuardedFetch, MAX_BODY_BYTES } from './guarded-fetch.ts';

let server: Server;
let port: number;
let connections = 0;
const guarded = createGuardedFetch({ allowLoopback: false });
const loopback = createGuardedFetch({ allowLoopback: true, totalMs: 300 });

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/document' }).end();
    else if (request.url === '/large') response.end('x'.repeat(MAX_BODY_BYTES + 1));
    else if (request.url === '/slow') response.write('{');
    else if (request.url === '/headers') response.end(JSON.stringify(request.headers));
    else response.end('{"a":1}');
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await Promise.all([guarded.close(), loopback.close()]);
  server.closeAllConnections();
  server.close();
});

test.each([
  'http://example.com/',
  'file:///etc/passwd',
  'https://localhost:PORT/',
  'https://127.0.0.1:PORT/',
  'https://2130706433:PORT/',
  'https://0x7f.1:PORT/',
  'https://[::1]:PORT/',
  'https://[::ffff:127.0.0.1]:PORT/',
  'https://0.0.0.0:PORT/',
  'https://169.254.169.254/latest/meta-data/',
])('%s is refused before anything is connected to', async (url) => {
  const before = connections;
  await expect(guarded.fetch(url.replace('PORT', String(port)))).rejects.toThrow(/./);
  expect(connections).toBe(before);
});

test('control: the same server answers where loopback is allowed', async () => {
  const response = await loopback.fetch(`http://localhost:${port}/document`);
  expect(await response.json()).toEqual({ a: 1 });
});

test('a redirect is an error, not followed', async () => {
  await expect(loopback.fetch(`http://localhost:${port}/redirect`)).rejects.toThrow('fetch failed');
});

test('a body above the limit is an error', async () => {
  const response = await loopback.fetch(`http://localhost:${port}/large`);
  await expect(response.text()).rejects.toThrow(/terminated|size/);
});

test('the time limit counts for the body as well', async () => {
  const started = performance.now();
  const response = await loopback.fetch(`http://localhost:${port}/slow`);
  await expect(response.text()).rejects.toThrow('timeout');
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('what the caller wants as headers is sent, and no other identification', async () => {
  const response = await loopback.fetch(`http://localhost:${port}/headers`, {
    headers: { accept: 'application/json' },
  });
  const headers = (await response.json()) as Record<string, string>;
  expect(headers['accept']).toBe('application/json');
  expect(headers['cookie']).toBeUndefined();
  expect(headers['authorization']).toBeUndefined();
});
