import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readBytes } from './read-bytes.ts';
import { listen } from './testing/listening.ts';

const CHUNKS = 400_000;

test('a body in chunks of one byte costs about its bytes', async () => {
  let grownBy = Infinity;
  await using server = await listen(async (incoming, outgoing) => {
    const before = process.memoryUsage();
    const bytes = await readBytes(incoming, { requestBodyBytes: CHUNKS, requestSeconds: 60 });
    const after = process.memoryUsage();
    grownBy = after.heapUsed + after.external - before.heapUsed - before.external;
    outgoing.end(String(bytes.length));
  });
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  const some = '1\r\n \r\n'.repeat(1000);
  for (let sent = 0; sent < CHUNKS; sent += 1000) if (!socket.write(some)) await once(socket, 'drain');
  socket.end('0\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain(`\r\n\r\n${CHUNKS}`);
  // A list of the chunks costs 100 MB here; what waits for the garbage collector, some.
  expect(grownBy).toBeLessThan(50_000_000);
});

test('bodies that are not finished are bounded together, and given back', async () => {
  const limits = { requestBodyBytes: 4_000_000, requestSeconds: 60 };
  const refused: unknown[] = [];
  await using server = await listen((incoming, outgoing) => {
    readBytes(incoming, limits).then(
      (bytes) => outgoing.end(String(bytes.length)),
      (failure: unknown) => {
        refused.push(failure);
        incoming.destroy();
      },
    );
  });
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n';
  const sockets = Array.from({ length: 40 }, () => net.connect(server.port, '127.0.0.1').on('error', () => undefined));
  for (const socket of sockets) socket.write(head + 'x'.repeat(3_990_000));
  await expect.poll(() => refused.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ code: 'gateway_busy', status: 503 });
  const small = net.connect(server.port, '127.0.0.1');
  small.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n');
  await sleep(50);
  small.write('x'.repeat(9000));
  expect(String(await once(small, 'data'))).toContain('\r\n\r\n9000');
  small.destroy();
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => server.connections(), { timeout: 20_000 }).toBe(0);
  const answer = await fetch(server.url, { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect(await answer.text()).toBe('3000000');
});
