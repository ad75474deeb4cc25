import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { exchange, open, PING } from './testing/exchange.ts';
import { listen, type Listening } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const EVENTS = { 'content-type': 'text/event-stream' };
const LISTEN = '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}';
const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}';

/** What "at once" means here, in milliseconds: far more than loopback needs, far less than any timer of the parts. */
const AT_ONCE = 1000;

const proxyOf = (backend: Listening) => startProxy({ server: mcpServer('a', { backend: backend.url }) });

/** The next bytes of a stream, as text. */
const next = async (response: IncomingMessage): Promise<string> => {
  const [chunk] = (await once(response, 'data', { signal: AbortSignal.timeout(AT_ONCE) })) as [Buffer];
  return chunk.toString();
};

describe.each([
  ['GET, legacy era', { method: 'GET' }],
  ['subscriptions/listen, modern era', { body: LISTEN }],
  ['tools/call', { body: CALL }],
])('a stream by %s', (_, request) => {
  test('begins before its first event and passes each event when it comes, unchanged', async () => {
    const answers: ServerResponse[] = [];
    await using backend = await listen((_incoming, outgoing) => {
      outgoing.writeHead(200, EVENTS).flushHeaders();
      answers.push(outgoing);
    });
    await using proxy = await proxyOf(backend);
    const response = await open(proxy.url, request);
    expect(response.headers).toMatchObject({ ...EVENTS, 'x-accel-buffering': 'no' });
    for (const event of [': hello\n\n', 'id: 1\nretry: 5\n', 'data: {"a":\r\n', 'data: 1}\n\n\n']) {
      answers[0]?.write(event);
      expect(await next(response)).toBe(event);
    }
    answers[0]?.end('data: last');
    expect(await text(response)).toBe('data: last');
    expect(proxy.exchanges).toMatchObject([{ outcome: 'complete', status: 200 }]);
  });

  test('ends at the backend at once when the client disconnects', async () => {
    const closed = Promise.withResolvers<number>();
    await using backend = await listen((_incoming, outgoing) => {
      outgoing.on('close', () => closed.resolve(performance.now()));
      outgoing.writeHead(200, EVENTS).flushHeaders();
    });
    await using proxy = await proxyOf(backend);
    const response = await open(proxy.url, request);
    const left = performance.now();
    response.destroy();
    expect((await closed.promise) - left).toBeLessThan(AT_ONCE);
    await expect.poll(() => proxy.exchanges).toMatchObject([{ outcome: 'client_left', status: 200 }]);
  });

  test('ends at the backend at once when the client disconnects before there is an answer', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    await using backend = await listen((_incoming, outgoing) => arrived.resolve(outgoing));
    await using proxy = await proxyOf(backend);
    const gone = new AbortController();
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, ...request };
    const failed = fetch(proxy.url, { ...options, signal: gone.signal }).catch((error: Error) => error.name);
    const outgoing = await arrived.promise;
    const left = performance.now();
    gone.abort();
    await once(outgoing, 'close');
    expect(performance.now() - left).toBeLessThan(AT_ONCE);
    expect(await failed).toBe('AbortError');
    await expect.poll(() => proxy.exchanges).toMatchObject([{ outcome: 'client_left', status: 499 }]);
  });

  test('is cut off when the backend dies, so that nobody takes it for whole', async () => {
    await using backend = await listen(async (_incoming, outgoing) => {
      outgoing.writeHead(200, EVENTS).write('data: 1\n\n');
      await sleep(20);
      outgoing.destroy();
    });
    await using proxy = await proxyOf(backend);
    const response = await open(proxy.url, request);
    await expect(text(response)).rejects.toThrow('aborted');
    expect(proxy.exchanges).toMatchObject([{ outcome: 'backend_lost' }]);
  });
});

test('an event that comes with the head goes out with it, in one packet', async () => {
  await using backend = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, EVENTS).write('data: 1\n\n');
  });
  await using proxy = await proxyOf(backend);
  const socket = net.connect(proxy.port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n`);
  const [packet] = (await once(socket, 'data')) as [Buffer];
  expect(packet.toString()).toMatch(/^HTTP\/1\.1 200 [^]*data: 1\n\n/);
  socket.destroy();
});

test('JSON that breaks off is cut off', async () => {
  await using backend = await listen(async (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"result":');
    await sleep(20);
    outgoing.destroy();
  });
  await using proxy = await proxyOf(backend);
  await expect(exchange(proxy.url)).rejects.toThrow('aborted');
});

test('a backend that dies between head and body of JSON is answered for', async () => {
  await using backend = await listen(async (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).flushHeaders();
    await sleep(20);
    outgoing.destroy();
  });
  await using proxy = await proxyOf(backend);
  expect(await exchange(proxy.url)).toMatchObject({ status: 502 });
});

test('a client that does not read holds the backend back, and gets every byte in the end', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const chunks = 1024;
  let written = 0;
  await using backend = await listen(async (_incoming, outgoing) => {
    outgoing.writeHead(200, EVENTS);
    for (; written < chunks; written++) if (!outgoing.write(chunk)) await once(outgoing, 'drain');
    outgoing.end();
  });
  await using proxy = await proxyOf(backend);
  const response = await open(proxy.url, { method: 'GET' });
  response.pause();
  await expect.poll(() => written).toBeGreaterThan(0);
  for (let before = -1; before !== written; await sleep(100)) before = written;
  // What fits in the buffers of four sockets and three processes; without back-pressure all 64 MiB are written.
  expect(written * chunk.length).toBeLessThan(24 * 1024 * 1024);
  let received = 0;
  for await (const bytes of response) received += (bytes as Buffer).length;
  expect(received).toBe(chunks * chunk.length);
});

test('a client that leaves while it holds the backend back takes it along', async () => {
  const closed = Promise.withResolvers<void>();
  await using backend = await listen((_incoming, outgoing) => {
    outgoing.on('close', closed.resolve);
    outgoing.writeHead(200, EVENTS);
    const fill = (): void => {
      while (!outgoing.destroyed && outgoing.write(Buffer.alloc(1024 * 1024)));
      outgoing.once('drain', fill);
    };
    fill();
  });
  await using proxy = await proxyOf(backend);
  const response = await open(proxy.url, { method: 'GET' });
  response.pause();
  await sleep(100);
  response.destroy();
  await closed.promise;
  await expect.poll(() => proxy.exchanges).toMatchObject([{ outcome: 'client_left' }]);
});

test('survives a storm of clients that leave at any moment', { timeout: 60_000 }, async () => {
  await using backend = await listen(async (incoming, outgoing) => {
    incoming.resume();
    const body = incoming.method === 'GET' ? EVENTS : { 'content-type': 'application/json' };
    await sleep(Math.random() * 6);
    outgoing.writeHead(200, body).write('{');
    await sleep(Math.random() * 6);
    if (incoming.method === 'POST') outgoing.end('}');
  });
  await using proxy = await proxyOf(backend);
  const heads = [
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${PING.length}\r\n\r\n${PING}`,
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ];
  const storm = 3000;
  const abort = async (number: number): Promise<void> => {
    const socket = net.connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    socket.write(heads[number % heads.length] ?? '');
    await sleep(Math.random() * 15);
    if (number % 3 === 0) socket.resetAndDestroy();
    else socket.destroy();
  };
  for (let sent = 0; sent < storm; sent += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, number) => abort(sent + number)));
  }
  // Every place is given back, every connection of a stream is gone, and the next request is served.
  await expect.poll(() => proxy.connections(), { timeout: 5000 }).toBe(0);
  proxy.limits = { ...proxy.limits, requestsPerServer: 1, streamsPerServer: 1 };
  await expect.poll(async () => (await exchange(proxy.url)).status, { timeout: 5000 }).toBe(200);
  const response = await open(proxy.url, { method: 'GET' });
  expect(response.statusCode).toBe(200);
  response.destroy();
  const lost = proxy.exchanges.filter((one) => !('outcome' in one) || one.outcome === 'backend_lost');
  expect(lost).toEqual([]);
});
