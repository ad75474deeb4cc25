import net from 'node:net';
import { once } from 'node:events';
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
