import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { codeOf, exchange, open } from './testing/exchange.ts';
import { listen, listenRaw, type Listening } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const PAGE = '<!doctype html><script>alert(document.cookie)</script>';
const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

const proxyOf = (backend: Listening, timeouts: { response?: string; idle?: string } = {}) =>
  startProxy({ server: mcpServer('a', { backend: backend.url, spec: { timeouts } }) });

/** A backend that answers each request with these bytes. */
const bytesBackend = (bytes: string): Promise<Listening> =>
  listenRaw((socket) => socket.on('data', () => socket.write(bytes, 'latin1')));

describe('an answer of a hostile backend', () => {
  test.each([
    ['a page', `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`],
    ['a page without a type', `HTTP/1.1 200 OK\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`],
    ['a page in chunks', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n<\r\n'],
    ['a page with two types', `${JSON_HEAD}Content-Type: text/html\r\nContent-Length: 1\r\n\r\n<`],
    ['a page as 206', 'HTTP/1.1 206 Partial\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\n<'],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n'],
    [
      'a redirect as JSON',
      'HTTP/1.1 307 T\r\nLocation: //evil\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['304', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
    ['a status of 999', 'HTTP/1.1 999 X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'],
  ])('is refused when it is %s', async (_, bytes) => {
    await using backend = await bytesBackend(bytes);
    await using proxy = await proxyOf(backend);
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(502);
    expect(codeOf(answer)).toBe('backend_response_refused');
    expect(JSON.stringify(answer)).not.toMatch(/script|evil|alert/);
  });

  test.each([
    [
      '401',
      'HTTP/1.1 401 U\r\nWWW-Authenticate: Bearer resource_metadata="https://evil.example"\r\nContent-Length: 0\r\n\r\n',
    ],
    ['401 in JSON', 'HTTP/1.1 401 U\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'],
    ['407', 'HTTP/1.1 407 P\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n'],
  ])('does not ask the client for credentials: %s', async (_, bytes) => {
    await using backend = await bytesBackend(bytes);
    await using proxy = await proxyOf(backend);
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(502);
    expect(codeOf(answer)).toBe('backend_unauthorized');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.headers).not.toHaveProperty('proxy-authenticate');
  });

  test('with 403 keeps its JSON and loses its challenge', async () => {
    await using backend = await bytesBackend(
      'HTTP/1.1 403 F\r\nContent-Type: application/json\r\nWWW-Authenticate: Bearer\r\nContent-Length: 2\r\n\r\n{}',
    );
    await using proxy = await proxyOf(backend);
    const answer = await exchange(proxy.url);
    expect(answer).toMatchObject({ status: 403, body: '{}' });
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });

  test.each([202, 400, 404, 405, 500])('with status %i keeps the status and loses its page', async (status) => {
    await using backend = await bytesBackend(
      `HTTP/1.1 ${status} X\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`,
    );
    await using proxy = await proxyOf(backend);
    for (const _ of [1, 2]) {
      const answer = await exchange(proxy.url);
      expect(answer).toMatchObject({ status, body: '' });
      expect(answer.headers).not.toHaveProperty('content-type');
    }
    expect(backend.connections(), 'the connection is kept').toBe(1);
  });

  test('with status 404 and an endless page is not read to its end', async () => {
    const closed = Promise.withResolvers<void>();
    await using backend = await listen((_incoming, outgoing) => {
      outgoing.on('close', closed.resolve);
      outgoing.writeHead(404, { 'content-type': 'text/html' });
      const fill = (): void => {
        while (!outgoing.destroyed && outgoing.write(Buffer.alloc(16_384)));
        outgoing.once('drain', fill);
      };
      fill();
    });
    await using proxy = await proxyOf(backend);
    expect(await exchange(proxy.url)).toMatchObject({ status: 404, body: '' });
    await closed.promise;
  });

  test('sets nothing on our origin', async () => {
    await using backend = await bytesBackend(
      `${JSON_HEAD}Set-Cookie: a=b\r\nClear-Site-Data: "*"\r\nService-Worker-Allowed: /\r\nAccess-Control-Allow-Origin: *\r\n` +
        'Strict-Transport-Security: max-age=9\r\nRefresh: 0;url=//evil\r\nLink: <//evil>\r\nContent-Length: 2\r\n\r\n{}',
    );
    await using proxy = await proxyOf(backend);
    const { headers } = await exchange(proxy.url);
    expect(Object.keys(headers).toSorted()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-security-policy',
      'content-type',
      'date',
      'x-content-type-options',
    ]);
  });
});

describe('bytes that are no answer', () => {
  test.each([
    ['garbage', '\x00\x01\x02 hello\r\n\r\n'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x28'],
    ['a header with a control character', `${JSON_HEAD}X-A: a\x01b\r\nContent-Length: 2\r\n\r\n{}`],
    ['a bare line feed in a header', `${JSON_HEAD}X-A: a\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\n{}`],
    ['two lengths', `${JSON_HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `],
    ['a length and chunks', `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    ['a status line alone', 'HTTP/1.1\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ])('become 502: %s', async (_, bytes) => {
    await using backend = await bytesBackend(bytes);
    await using proxy = await proxyOf(backend);
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(502);
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  test.each([
    ['garbage', '\x00\x01\x02 hello\r\n\r\n'],
    ['a length and chunks', `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
  ])('are called that: %s', async (_, bytes) => {
    await using backend = await listenRaw((socket) => socket.on('data', () => socket.end(bytes, 'latin1')));
    await using proxy = await proxyOf(backend);
    expect(codeOf(await exchange(proxy.url))).toBe('backend_response_invalid');
  });

  test.each([
    ['many endless headers', 'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'],
    ['one endless header', 'a'.repeat(4096)],
  ])('become 502 before they fill the memory: %s', async (_, piece) => {
    let sent = 0;
    const flood = async (socket: Socket): Promise<void> => {
      socket.write(`${JSON_HEAD}X-B: `);
      while (!socket.destroyed && sent < 100 * 1024 * 1024) {
        sent += piece.length;
        if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => 0);
      }
    };
    await using backend = await listenRaw((socket) => socket.once('data', () => void flood(socket)));
    await using proxy = await proxyOf(backend);
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(502);
    expect(codeOf(answer)).toBe('backend_headers_too_large');
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  test('that nobody asked for are given to nobody', async () => {
    const poison = `${JSON_HEAD}Content-Length: 8\r\n\r\n"poison"`;
    let requests = 0;
    await using backend = await listenRaw((socket) =>
      socket.on('data', () => {
        requests++;
        socket.write(`${JSON_HEAD}Content-Length: 4\r\n\r\n"${requests}" ${requests === 1 ? poison : ''}`);
      }),
    );
    await using proxy = await proxyOf(backend);
    const bodies: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { status, body } = await exchange(proxy.url);
      if (status === 200) bodies.push(body);
    }
    expect(bodies.join()).not.toContain('poison');
  });
});

describe('a backend that takes its time', () => {
  const drip = (socket: Socket, bytes: string, delay: number): void => {
    socket.once('data', () => {
      const timer = setInterval(() => socket.write(bytes), delay);
      socket.on('close', () => clearInterval(timer));
    });
  };

  test.each([
    ['nothing', () => undefined],
    ['a head without an end', (socket: Socket) => (socket.write(JSON_HEAD), drip(socket, 'X-A: b\r\n', 20))],
  ])('gets 504 after timeouts.response: %s', async (_, slow) => {
    const closed = Promise.withResolvers<void>();
    await using backend = await listenRaw((socket) => {
      socket.on('close', () => closed.resolve()).resume();
      slow(socket);
    });
    await using proxy = await proxyOf(backend, { response: '200ms' });
    const began = performance.now();
    const answer = await exchange(proxy.url);
    expect(answer.status).toBe(504);
    expect(codeOf(answer)).toBe('backend_timeout');
    expect(performance.now() - began).toBeLessThan(5000);
    await closed.promise;
  });

  test('is cut off after timeouts.idle of silence in a stream, not before', async () => {
    await using backend = await listen(async (_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let event = 0; event < 8; event++) {
        outgoing.write(`data: ${event}\n\n`);
        await sleep(100);
      }
    });
    await using proxy = await proxyOf(backend, { idle: '400ms' });
    const response = await open(proxy.url);
    let received = '';
    response.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await once(response, 'error');
    expect(received).toContain('data: 7');
    expect(proxy.exchanges).toMatchObject([{ outcome: 'backend_lost' }]);
  });
});
