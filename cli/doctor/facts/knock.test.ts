import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../../gateway/authorization-server/testing/self-signed.ts';
import { freePort } from '../../../test/support/cluster/ports-here.ts';
import { knock } from './knock.ts';

async function origin(server: Server, scheme = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const answering = async (listener: RequestListener): Promise<string> => origin(createServer(listener));
const ask = async (url: string) => knock(url, { signal: AbortSignal.timeout(20_000) });

test('an answer: JSON, and how far its clock is ahead', async () => {
  const url = await answering((_, response) =>
    response
      .setHeader('date', new Date(Date.now() + 60_000).toUTCString())
      .setHeader('content-type', 'application/json')
      .end('{"a":1}'),
  );
  const answer = await ask(url);
  expect(answer).toMatchObject({ kind: 'answer', status: 200, json: { a: 1 } });
  expect(answer.kind === 'answer' && Math.round((answer.ahead ?? 0) / 10_000)).toBe(6);
});

test('an endless answer is not read to its end', async () => {
  const url = await answering((_, response) => {
    response.setHeader('content-type', 'application/json');
    const more = (): void => void (response.destroyed || response.write(' '.repeat(65_536), () => setImmediate(more)));
    more();
  });
  expect(await ask(url)).toMatchObject({ kind: 'answer', status: 200, json: undefined });
});

test('who does not answer, and why', async () => {
  const plain = await answering((_, response) => response.end());
  const { cert, key } = selfSignedCertificate();
  const tls = await origin(createTlsServer({ cert, key }), 'https');
  const rude = await origin(createTcpServer((socket) => socket.destroy()));
  expect(await ask(tls)).toMatchObject({ why: 'not trusted' });
  expect(await ask(plain.replace('http:', 'https:'))).toMatchObject({ why: 'not TLS' });
  expect(await ask(rude)).toMatchObject({ why: 'broken' });
  expect(await ask(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ why: 'refused', code: 'ECONNREFUSED' });
  expect(await ask('http://no-such-host.invalid/')).toMatchObject({ why: 'unknown host' });
});
