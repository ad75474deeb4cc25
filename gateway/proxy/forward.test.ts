import type { IncomingHttpHeaders } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { identityJwks, verifyIdentity } from '../../core/identity-token.ts';
import type { Caller } from '../auth/caller.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { exchange, open, PING, sendRaw } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { IDENTITY_RING, PUBLIC_URL, startProxy } from './testing/start-proxy.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const ANSWER = '{ "jsonrpc" : "2.0",\n"id":1,"result":{"text":"ünï"}}';

/** A backend that notes what it gets and answers JSON, and the proxy before it. */
async function start(caller?: Caller) {
  const seen: Seen[] = [];
  const backend = await listen(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    seen.push({ method, url, headers, body: await buffer(incoming) });
    outgoing.setHeader('content-type', 'application/json').end(ANSWER);
  });
  const proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }), ...(caller && { caller }) });
  return {
    seen,
    backend,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

test('passes the bytes of a request and its answer as they are', async () => {
  await using rig = await start();
  const body = '\n{"id" :1.0, "method":"tools\\/call",\t"jsonrpc":"2.0","params":{"name":"ü\\u00fc"}}  ';
  const answer = await exchange(`${rig.proxy.url}?a=b`, { body });
  expect(answer).toMatchObject({ status: 200, body: ANSWER });
  expect(rig.seen).toHaveLength(1);
  expect(rig.seen[0]).toMatchObject({
    method: 'POST',
    url: '/mcp',
    body: Buffer.from(body),
    headers: {
      host: `127.0.0.1:${rig.backend.port}`,
      'content-length': String(Buffer.byteLength(body)),
      'x-forwarded-proto': 'https',
      'x-forwarded-host': new URL(PUBLIC_URL).host,
    },
  });
  expect(rig.proxy.exchanges).toMatchObject([
    { status: 200, outcome: 'complete', bytes: Buffer.byteLength(ANSWER), waited: expect.any(Number) },
  ]);
});

test('tells the backend who calls, in a token for this server, and not with which credentials', async () => {
  const caller = { subject: 'alice', clientId: 'cli', scopes: new Set(['user']), expiresAt: Infinity };
  await using rig = await start(caller);
  const headers = { authorization: 'Bearer secret', cookie: 'a=b', 'mooring-identity': 'forged', connection: 'close' };
  await exchange(rig.proxy.url, { headers });
  const got = rig.seen[0]?.headers ?? {};
  const { keys } = identityJwks({ 'mooring:gateway': IDENTITY_RING });
  expect(await verifyIdentity(String(got['mooring-identity']), 'default/a', keys)).toEqual({
    issuer: 'mooring:gateway',
    subject: 'alice',
    clientId: 'cli',
    scopes: ['user'],
  });
  expect(JSON.stringify(got)).not.toMatch(/secret|a=b|forged/);
});

test('sends a chunked request with its length', async () => {
  await using rig = await start();
  const chunks = PING.split('').map((char) => `1\r\n${char}\r\n`);
  const head = 'POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n';
  const trailer = '0\r\nMooring-Identity: forged\r\n\r\n';
  const answer = await sendRaw(rig.proxy.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}${trailer}`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(rig.seen[0]?.body.toString()).toBe(PING);
  expect(rig.seen[0]?.headers).toMatchObject({ 'content-length': String(PING.length) });
  expect(rig.seen[0]?.headers).not.toHaveProperty('transfer-encoding');
});

test('answers Expect: 100-continue itself', async () => {
  await using rig = await start();
  const head = `POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${PING.length}\r\n`;
  const answer = await sendRaw(rig.proxy.port, `${head}Expect: 100-continue\r\nConnection: close\r\n\r\n${PING}`);
  expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  expect(rig.seen[0]?.headers).not.toHaveProperty('expect');
});

test.each([
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
  ['chunks in disguise', 'Transfer-Encoding: xchunked\r\n'],
  ['a length with a sign', 'Content-Length: +5\r\n'],
  ['a header with a space before the colon', 'Content-Length : 5\r\n'],
  ['a folded header', 'X-A: b\r\n Content-Length: 5\r\n'],
])('lets no request through with %s', async (_, header) => {
  await using rig = await start();
  const smuggled = 'POST /mcp HTTP/1.1\r\nHost: smuggled\r\n\r\n';
  await sendRaw(
    rig.proxy.port,
    `POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${header}Connection: close\r\n\r\n0\r\n\r\n${smuggled}`,
  );
  expect(rig.seen).toEqual([]);
});

test.each(['GET', 'DELETE'])('sends %s without the body that it may have', async (method) => {
  await using rig = await start();
  const body = 'POST /other HTTP/1.1\r\nHost: b\r\n\r\n';
  const headers = { 'content-length': body.length, 'last-event-id': '7' };
  expect(await exchange(rig.proxy.url, { method, headers, body })).toMatchObject({ status: 200, body: ANSWER });
  expect(rig.seen).toMatchObject([{ method, url: '/mcp', headers: { 'last-event-id': '7' } }]);
  expect(rig.seen[0]?.body.length).toBe(0);
});

test.each(['HEAD', 'PUT', 'PATCH', 'OPTIONS', 'QUERY'])('does not know %s', async (method) => {
  await using rig = await start();
  const response = await open(rig.proxy.url, { method });
  expect(response.statusCode).toBe(405);
  expect(response.headers.allow).toBe('POST, GET, DELETE');
  response.resume();
  expect(rig.seen).toEqual([]);
});

test('does not switch protocols', async () => {
  await using rig = await start();
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
  expect(await exchange(rig.proxy.url, { headers })).toMatchObject({ status: 200 });
  expect(rig.seen[0]?.headers).toMatchObject({ connection: 'keep-alive' });
  expect(rig.seen[0]?.headers).not.toHaveProperty('upgrade');
});

test('forgets informational answers and trailers', async () => {
  await using backend = await listen((_, outgoing) => {
    outgoing.writeProcessing();
    outgoing.writeEarlyHints({ link: '</evil.js>; rel=preload' });
    outgoing.writeHead(200, { 'content-type': 'application/json', trailer: 'Set-Cookie' });
    outgoing.write('{}');
    outgoing.addTrailers({ 'set-cookie': 'a=b' });
    outgoing.end();
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const response = await open(proxy.url);
  expect(await text(response)).toBe('{}');
  expect(response.trailers).toEqual({});
  expect(response.headers).not.toHaveProperty('link');
  expect(response.headers).not.toHaveProperty('trailer');
});

test.each([
  ['with a length', 16_384, true],
  ['with a length, above what goes out with the head', 16_385, true],
  ['of many packets', 3_000_000, true],
  ['without a length', 100, false],
])('passes every byte of an answer %s', async (_, size, hasLength) => {
  const bytes = Buffer.from(Array.from({ length: size }, (__, at) => at % 256));
  await using backend = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', ...(hasLength && { 'content-length': size }) });
    outgoing.end(bytes);
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const response = await open(proxy.url);
  expect(response.headers['content-length']).toBe(hasLength ? String(size) : undefined);
  expect((await buffer(response)).equals(bytes)).toBe(true);
  expect(proxy.exchanges).toMatchObject([{ outcome: 'complete', bytes: size }]);
});

test.each([202, 204])('passes %i without a body', async (status) => {
  await using backend = await listen((_, outgoing) => void outgoing.writeHead(status).end());
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const answer = await exchange(proxy.url);
  expect(answer).toMatchObject({ status, body: '' });
  expect(answer.headers['content-length']).toBe(status === 202 ? '0' : undefined);
});
