import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { codeOf, exchange, open, PING } from './testing/exchange.ts';
import { listen, listenRaw, type Listening } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const EVENTS = { 'content-type': 'text/event-stream' };
const OK = { 'content-type': 'application/json' };
const LISTEN = '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}';

const serverOf = ({ url }: { url: string }) => mcpServer('a', { backend: url });
const answering = (body: string, port = 0): Promise<Listening> =>
  listen((_incoming, outgoing) => outgoing.writeHead(200, OK).end(body), { port });

test('above requestsPerServer, requests get 503 at once, and places are given back', async () => {
  const waiting: ServerResponse[] = [];
  await using backend = await listen((_incoming, outgoing) => waiting.push(outgoing));
  await using proxy = await startProxy({ server: serverOf(backend), limits: { requestsPerServer: 2 } });
  const first = [exchange(proxy.url), exchange(proxy.url)];
  await expect.poll(() => waiting).toHaveLength(2);
  const refused = await exchange(proxy.url);
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(codeOf(refused)).toBe('backend_busy');
  waiting.forEach((outgoing) => outgoing.writeHead(200, OK).end('{}'));
  expect(await Promise.all(first)).toMatchObject([{ status: 200 }, { status: 200 }]);
  const third = exchange(proxy.url);
  await expect.poll(() => waiting).toHaveLength(3);
  waiting[2]?.writeHead(200, OK).end('{}');
  expect((await third).status).toBe(200);
});

test('above streamsPerServer, streams get 503, and requests go on', async () => {
  await using backend = await listen((incoming, outgoing) => {
    if (incoming.method === 'GET' || incoming.headers['x-stream']) outgoing.writeHead(200, EVENTS).flushHeaders();
    else outgoing.writeHead(200, OK).end('{}');
  });
  const limits = { streamsPerServer: 2, requestsPerServer: 1 };
  await using proxy = await startProxy({ server: serverOf(backend), limits });
  const streams = [
    await open(proxy.url, { method: 'GET' }),
    await open(proxy.url, { body: LISTEN, headers: { 'x-stream': '1' } }),
  ];
  expect(await exchange(proxy.url, { method: 'GET' })).toMatchObject({ status: 503 });
  expect(await exchange(proxy.url, { body: LISTEN })).toMatchObject({ status: 503 });
  expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
  streams[0]?.destroy();
  await expect
    .poll(() => proxy.exchanges.filter((one) => 'outcome' in one && one.outcome === 'client_left').length)
    .toBe(1);
  expect((await open(proxy.url, { method: 'GET' })).statusCode).toBe(200);
});

test('a call that turns into a stream does not keep the place of a request, nor is cut off where there is no other', async () => {
  await using backend = await listen((incoming, outgoing) => {
    if (incoming.headers['x-stream']) outgoing.writeHead(200, EVENTS).flushHeaders();
    else outgoing.writeHead(200, OK).end('{}');
  });
  const limits = { streamsPerServer: 1, requestsPerServer: 1 };
  await using proxy = await startProxy({ server: serverOf(backend), limits });
  const headers = { 'x-stream': '1' };
  const first = await open(proxy.url, { headers });
  expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
  const second = await open(proxy.url, { headers });
  expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
  expect(await exchange(proxy.url)).toMatchObject({ status: 503 });
  first.destroy();
  second.destroy();
  await expect.poll(async () => (await exchange(proxy.url)).status).toBe(200);
});

test('one server cannot take the places of another', async () => {
  await using slow = await listen(() => undefined);
  await using quick = await answering('{}');
  await using proxy = await startProxy({ server: serverOf(slow), limits: { requestsPerServer: 1 } });
  const stuck = exchange(proxy.url).catch(() => undefined);
  await expect.poll(() => slow.connections()).toBe(1);
  proxy.server = mcpServer('b', { backend: quick.url });
  expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
  await slow[Symbol.asyncDispose]();
  await stuck;
});

test('a backend that is down gives 503, and works as soon as it is up', async () => {
  const first = await answering('"first"');
  await using proxy = await startProxy({ server: serverOf(first) });
  expect(await exchange(proxy.url)).toMatchObject({ body: '"first"' });
  await first[Symbol.asyncDispose]();
  const down = await exchange(proxy.url);
  expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(codeOf(down)).toBe('backend_unreachable');
  expect(down.body).not.toContain(String(first.port));
  await using second = await answering('"second"', first.port);
  expect(second.port).toBe(first.port);
  expect(await exchange(proxy.url)).toMatchObject({ body: '"second"' });
});

test('a backend that does not listen yet is waited for', async () => {
  const first = await answering('"first"');
  await first[Symbol.asyncDispose]();
  await using proxy = await startProxy({ server: serverOf(first) });
  const answer = exchange(proxy.url);
  await sleep(500);
  await using _second = await answering('"second"', first.port);
  expect(await answer).toMatchObject({ status: 200, body: '"second"' });
});

test('a client that leaves while a backend is waited for is let go', async () => {
  const gone = await answering('');
  await gone[Symbol.asyncDispose]();
  await using proxy = await startProxy({ server: serverOf(gone) });
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(300);
  const client = await fetch(proxy.url, { method: 'POST', headers, body: PING, signal }).catch(String);
  expect(client).toMatch(/Timeout/);
  await expect.poll(() => proxy.exchanges).toMatchObject([{ outcome: 'client_left' }]);
  expect(proxy.inFlight(gone.url)).toBe(0);
});

test('a server without a backend gives 503', async () => {
  await using proxy = await startProxy({ server: mcpServer('a') });
  const answer = await exchange(proxy.url);
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(codeOf(answer)).toBe('backend_unavailable');
});

test('a backend that moves takes requests at its new address; streams at the old one go on', async () => {
  const streams: ServerResponse[] = [];
  await using old = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, EVENTS).flushHeaders();
    streams.push(outgoing);
  });
  await using moved = await answering('"moved"');
  await using proxy = await startProxy({ server: serverOf(old) });
  const stream = await open(proxy.url, { method: 'GET' });
  proxy.server = serverOf(moved);
  expect(await exchange(proxy.url)).toMatchObject({ body: '"moved"' });
  streams[0]?.end('data: end\n\n');
  const [bytes] = (await once(stream, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('data: end\n\n');
  await expect.poll(() => old.connections()).toBe(0);
});

test('an edit that changes nothing of the way keeps the connection', async () => {
  await using backend = await answering('{}');
  await using proxy = await startProxy({ server: serverOf(backend) });
  for (const _ of [1, 2, 3]) {
    expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
    proxy.server = mcpServer('a', { backend: backend.url, spec: { title: 'Edited' } });
  }
  expect(backend.connections()).toBe(1);
});

test('a call is never sent twice, however its connection ends', async () => {
  let calls = 0;
  await using backend = await listenRaw((socket) =>
    socket.on('data', (bytes) => {
      if (!bytes.includes('POST')) return;
      calls++;
      if (calls % 3 === 0) socket.resetAndDestroy();
      else if (calls % 3 === 1) socket.end();
      else socket.end('HTTP/1.1 200 OK\r\nContent-Type: app');
    }),
  );
  await using proxy = await startProxy({ server: serverOf(backend) });
  for (let sent = 1; sent <= 6; sent++) {
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(502);
    expect(codeOf(answer)).toBe('backend_connection_lost');
    expect(calls).toBe(sent);
  }
});

test('a call meets no connection that the backend closed while nobody used it', async () => {
  let calls = 0;
  await using backend = await listenRaw((socket) =>
    socket.on('data', () => {
      calls++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
      // Without a word about it, as many servers do.
      setTimeout(() => (calls % 2 ? socket.end() : socket.resetAndDestroy()), 20);
    }),
  );
  await using proxy = await startProxy({ server: serverOf(backend) });
  for (let sent = 1; sent <= 6; sent++) {
    expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
    expect(calls).toBe(sent);
    await sleep(50);
  }
});

test('close cuts off what is in flight', async () => {
  await using backend = await listen((incoming, outgoing) => {
    if (incoming.method === 'GET') outgoing.writeHead(200, EVENTS).flushHeaders();
  });
  const proxy = await startProxy({ server: serverOf(backend) });
  const stream = await open(proxy.url, { method: 'GET' });
  const call = exchange(proxy.url, { body: PING });
  await expect.poll(() => backend.connections()).toBe(2);
  await Promise.all([proxy[Symbol.asyncDispose](), once(stream, 'error'), call.catch(() => undefined)]);
  await expect.poll(() => backend.connections()).toBe(0);
});

test('inFlight counts requests and streams at a URL, also those at one that the server has left', async () => {
  const waiting: ServerResponse[] = [];
  await using old = await listen((_incoming, outgoing) => waiting.push(outgoing));
  await using moved = await answering('{}');
  await using proxy = await startProxy({ server: serverOf(old) });
  expect(proxy.inFlight(old.url)).toBe(0);
  const call = exchange(proxy.url);
  const stream = open(proxy.url, { method: 'GET' });
  await expect.poll(() => proxy.inFlight(old.url)).toBe(2);
  proxy.server = serverOf(moved);
  expect(await exchange(proxy.url)).toMatchObject({ status: 200 });
  expect([proxy.inFlight(old.url), proxy.inFlight(moved.url)]).toEqual([2, 0]);
  waiting.forEach((outgoing) => outgoing.writeHead(200, OK).end('{}'));
  await Promise.all([call, stream]);
  await expect.poll(() => proxy.inFlight(old.url)).toBe(0);
});
