import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { codeOf, exchange, open, PING } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const EVENTS = { 'content-type': 'text/event-stream' };
const LISTEN = '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}';

describe.each([
  ['GET, legacy era', { method: 'GET' }],
  ['subscriptions/listen, modern era', { body: LISTEN }],
])('a stream by %s that the gateway ends', (_, request) => {
  test('is whole for its client, and gone at the backend', async () => {
    const gone = Promise.withResolvers<void>();
    await using backend = await listen((_incoming, outgoing) => {
      outgoing.on('close', () => gone.resolve());
      outgoing.writeHead(200, EVENTS).write('data: 1\n\n');
    });
    await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
    const response = await open(proxy.url, request);
    await once(response, 'readable');
    proxy.endStreams();
    // Without the last chunk, this would be "aborted".
    expect(await text(response)).toBe('data: 1\n\n');
    await gone.promise;
    expect(proxy.inFlight(backend.url)).toBe(0);
    expect(proxy.exchanges).toMatchObject([{ outcome: 'complete', status: 200 }]);
  });

  test('is refused with 503 where it has not begun', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    await using backend = await listen((_incoming, outgoing) => arrived.resolve(outgoing));
    await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
    const answer = exchange(proxy.url, request);
    const outgoing = await arrived.promise;
    proxy.endStreams();
    expect([(await answer).status, codeOf(await answer)]).toEqual([503, 'gateway_stopping']);
    if (!outgoing.closed) await once(outgoing, 'close');
    expect(proxy.inFlight(backend.url)).toBe(0);
  });
});

test('the end of streams leaves calls alone, also those that are answered by a stream', async () => {
  const answers: ServerResponse[] = [];
  await using backend = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, EVENTS).flushHeaders();
    answers.push(outgoing);
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const response = await open(proxy.url);
  proxy.endStreams();
  answers[0]?.end('data: done\n\n');
  expect(await text(response)).toBe('data: done\n\n');
});

test('a connection to a backend takes requests for two seconds', async () => {
  const ports: (number | undefined)[] = [];
  await using backend = await listen((incoming, outgoing) => {
    ports.push(incoming.socket.remotePort);
    incoming.resume();
    outgoing.setHeader('content-type', 'application/json').end(PING);
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const send = async (): Promise<void> => void (await exchange(proxy.url));
  await send();
  await sleep(1000);
  await send();
  expect(ports[1]).toBe(ports[0]);
  await sleep(1100);
  await send();
  expect(ports[2]).not.toBe(ports[0]);
  // The old one is closed, not only forgotten.
  await expect.poll(() => backend.connections()).toBe(1);
});

test('what is under way on a connection that is renewed ends there', async () => {
  const answers: ServerResponse[] = [];
  await using backend = await listen((incoming, outgoing) => {
    incoming.resume();
    answers.push(outgoing);
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
  const stream = open(proxy.url, { method: 'GET' });
  const slow = exchange(proxy.url);
  await expect.poll(() => answers.length).toBe(2);
  await sleep(2100);
  const [later, laterStream] = [exchange(proxy.url), open(proxy.url, { method: 'GET' })];
  await expect.poll(() => answers.length).toBe(4);
  for (const answer of answers) {
    const isStream = answer.req.method === 'GET';
    answer
      .writeHead(200, isStream ? EVENTS : { 'content-type': 'application/json' })
      .end(isStream ? 'data: 1\n\n' : PING);
  }
  expect([(await slow).body, (await later).body]).toEqual([PING, PING]);
  expect([await text(await stream), await text(await laterStream)]).toEqual(['data: 1\n\n', 'data: 1\n\n']);
});
