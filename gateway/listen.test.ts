import { once } from 'node:events';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { readableLog } from '../test/support/log-lines.ts';
import type { GatewayEnv } from './gateway-env.ts';
import { listen, type ListenOptions } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { exchange, sendRaw } from './proxy/testing/exchange.ts';

async function start(options: Partial<ListenOptions> = {}) {
  const app = new Hono<GatewayEnv>();
  const released = Promise.withResolvers<void>();
  app.get('/', (c) => c.text('here'));
  app.get('/slow', async (c) => {
    await released.promise;
    return c.text('done');
  });
  app.get('/direct', ({ env }) => {
    setImmediate(() => env.outgoing.setHeader('x-direct', 'yes').end('direct'));
    return RESPONSE_ALREADY_SENT;
  });
  const { log, lines } = readableLog();
  const listener = await listen(app, {
    port: 0,
    maxHeaderSize: 8192,
    requestSeconds: 60,
    log,
    metrics: createMetrics(),
    ...options,
  });
  return {
    ...listener,
    lines,
    release: () => released.resolve(),
    url: `http://127.0.0.1:${listener.port}`,
    [Symbol.asyncDispose]: () => listener.close(0),
  };
}

describe('a listener', () => {
  test('is on both loopback addresses, under one port', async () => {
    await using server = await start();
    for (const host of ['127.0.0.1', '[::1]']) {
      expect((await exchange(`http://${host}:${server.port}/`, { method: 'GET' })).body).toBe('here');
    }
  });

  const other = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  test.skipIf(!other)('is on no other address unless told', async () => {
    await using server = await start();
    const url = `http://${other?.address}:${server.port}/`;
    await expect(exchange(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await using everywhere = await start({ address: '0.0.0.0' });
    expect((await exchange(url.replace(/:\d+/, `:${everywhere.port}`), { method: 'GET' })).body).toBe('here');
  });

  test('is on every address of both families under `::`', async () => {
    await using server = await start({ address: '::' });
    for (const host of ['127.0.0.1', '[::1]']) {
      expect((await exchange(`http://${host}:${server.port}/`, { method: 'GET' })).body).toBe('here');
    }
  });

  test('says which port is taken, and what to do', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const refusal = start({ port });
    await expect(refusal).rejects.toMatchObject({ code: 'port_in_use', message: expect.stringContaining('--port') });
    await expect(refusal).rejects.toThrow(String(port));
    holder.close();
  });

  test('answers HEAD, also where the answer does not go through Hono', async () => {
    // As the control socket does in the same process: it puts another Response into the place of the global one.
    getRequestListener(() => new Response());
    await using server = await start();
    const direct = await exchange(`${server.url}/direct`, { method: 'HEAD' });
    expect([direct.status, direct.headers['x-direct'], direct.body]).toEqual([200, 'yes', '']);
    const usual = await exchange(`${server.url}/`, { method: 'HEAD' });
    expect([usual.status, usual.headers['content-type'], usual.body]).toEqual([200, 'text/plain; charset=UTF-8', '']);
    expect((await exchange(`${server.url}/direct`, { method: 'GET' })).body).toBe('direct');
  });
});

describe('what is no request', () => {
  const bodyOf = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as Record<string, string>;

  test.each([
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(9000)}\r\n\r\n`,
      431,
      'request_headers_too_large',
    ],
    ['not HTTP', 'HELO mail.example.com\r\n\r\n', 400, 'invalid_request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'a length beside chunks, by which two parsers see two requests',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
  ])('%s: a clear answer with an id that is in the log', async (_, bytes, status, error) => {
    await using server = await start();
    const answer = await sendRaw(server.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(bodyOf(answer)).toMatchObject({ error });
    expect(server.lines()).toContainEqual(expect.objectContaining({ id: bodyOf(answer)['error_id'], status }));
  });

  test('headers that do not arrive: 408', async () => {
    await using server = await start({ requestSeconds: 1 });
    const answer = await sendRaw(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toMatchObject({ error: 'request_timeout' });
  });
});

describe('the end', () => {
  test('waits for requests under way, and for nothing that is idle', async () => {
    const server = await start();
    const agent = new http.Agent({ keepAlive: true });
    const get = async (path: string): Promise<string> => {
      const [response] = (await once(http.get(server.url + path, { agent }), 'response')) as [http.IncomingMessage];
      return text(response);
    };
    await get('/');
    const slow = get('/slow');
    await sleep(50);
    const startedAt = Date.now();
    const closed = server.close(5000);
    await expect(exchange(`${server.url}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    server.release();
    expect(await slow).toBe('done');
    await closed;
    // Kept connections are still open at the client, which would keep the server for 75 s.
    expect(Date.now() - startedAt).toBeLessThan(4000);
    agent.destroy();
  });

  test('is not put off by a request that never ends', async () => {
    const server = await start();
    const slow = exchange(`${server.url}/slow`, { method: 'GET' });
    slow.catch(() => undefined);
    await sleep(50);
    await server.close(100);
    await expect(slow).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
