import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ANONYMOUS } from '../auth/caller.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { exchange, open } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const EVENTS = { 'content-type': 'text/event-stream' };
const LISTEN = '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}';
const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}';

const inSeconds = (seconds: number) => ({ ...ANONYMOUS, subject: 'anna', expiresAt: Date.now() / 1000 + seconds });

test.each([{ method: 'GET' }, { body: LISTEN }])(
  'a stream ends with the access token of its caller: %j',
  async (request) => {
    const closed = Promise.withResolvers<void>();
    await using backend = await listen((_incoming, outgoing) => {
      outgoing.on('close', closed.resolve);
      outgoing.writeHead(200, EVENTS).write('data: 1\n\n');
    });
    await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }), caller: inSeconds(0.5) });
    const began = performance.now();
    // A whole answer, not one that is cut off: the client opens another stream.
    expect(await text(await open(proxy.url, request))).toBe('data: 1\n\n');
    expect(performance.now() - began).toBeGreaterThan(400);
    await closed.promise;
  },
);

test('a call that was allowed when it began is finished', async () => {
  await using backend = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, EVENTS).write('data: 1\n\n');
    setTimeout(() => outgoing.end('data: 2\n\n'), 2500);
  });
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }), caller: inSeconds(0.2) });
  expect((await exchange(proxy.url, { body: CALL })).body).toBe('data: 1\n\ndata: 2\n\n');
});
