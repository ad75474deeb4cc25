import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { httpDrain } from './http-drain.ts';

async function start() {
  const waiting: ServerResponse[] = [];
  const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
    if (incoming.url === '/slow') waiting.push(outgoing);
    else outgoing.end('here');
  });
  const drain = httpDrain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const get = async (path = '/') => {
    const [response] = (await once(request({ port, path, agent }).end(), 'response')) as [IncomingMessage];
    return { body: await text(response), connection: response.headers.connection };
  };
  return {
    drain,
    port,
    get,
    waiting,
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

test('requests that come late, on old and new connections, are served and told to go elsewhere', async () => {
  await using server = await start();
  expect((await server.get()).connection).toBe('keep-alive');
  const quiet = server.drain.untilQuiet({ quietMs: 200, mostMs: 10_000 });
  expect(await server.get()).toEqual({ body: 'here', connection: 'close' });
  expect(await server.get()).toEqual({ body: 'here', connection: 'close' });
  await quiet;
});

test('an answer that was waited for when the end began says it too', async () => {
  await using server = await start();
  const answer = server.get('/slow');
  await expect.poll(() => server.waiting.length).toBe(1);
  const quiet = server.drain.untilQuiet({ quietMs: 10, mostMs: 10_000 });
  server.waiting[0]?.end('done');
  expect(await answer).toEqual({ body: 'done', connection: 'close' });
  await quiet;
});

test('quiet is counted from the last request, and not waited for for ever', async () => {
  await using server = await start();
  const startedAt = performance.now();
  const { drain } = server;
  const waits = [drain.untilQuiet({ quietMs: 300, mostMs: 60_000 }), drain.untilQuiet({ quietMs: 300, mostMs: 600 })];
  const [quiet, most] = waits.map(async (wait) => wait.then(() => performance.now() - startedAt));
  while (performance.now() - startedAt < 1000) {
    await server.get();
    await sleep(20);
  }
  expect(await most).toBeLessThan(900);
  expect(await quiet).toBeGreaterThan(1250);
});

test('closing ends idle connections, also those that never sent anything, and waits for the request under way', async () => {
  await using server = await start();
  await server.get();
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  const silentClosed = once(silent, 'close');
  const answer = server.get('/slow');
  await expect.poll(() => server.waiting.length).toBe(1);
  const closed = server.drain.close(60_000);
  await silentClosed;
  server.waiting[0]?.end('done');
  expect((await answer).body).toBe('done');
  await closed;
  await expect(server.get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('after a stream that began before the end, its connection is open for the next request as long as quiet is', async () => {
  await using server = await start();
  const stream = server.get('/slow');
  await expect.poll(() => server.waiting.length).toBe(1);
  server.waiting[0]?.writeHead(200).write('first');
  await server.drain.untilQuiet({ quietMs: 2000, mostMs: 10 });
  const closed = server.drain.close(60_000);
  server.waiting[0]?.end(', last');
  expect(await stream).toEqual({ body: 'first, last', connection: 'keep-alive' });
  await sleep(500);
  expect(await server.get()).toEqual({ body: 'here', connection: 'close' });
  await closed;
});

test('a request that never ends is cut off', async () => {
  await using server = await start();
  const answer = server.get('/slow');
  answer.catch(() => undefined);
  await expect.poll(() => server.waiting.length).toBe(1);
  await server.drain.close(100);
  await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
});
