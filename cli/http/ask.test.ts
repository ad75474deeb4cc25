import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../gateway/authorization-server/testing/self-signed.ts';
import { ask } from './ask.ts';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const http = async (listener: RequestListener): Promise<string> =>
  `http://localhost:${await listening(createHttpServer(listener))}/x`;

const unreachable = (part: string) => ({ code: 'unreachable', message: expect.stringContaining(part) });

test('what is answered arrives whole, a refusal too', async () => {
  const url = await http((_request, response) => response.writeHead(404, { a: 'b' }).end('ä'));
  const answer = await ask(url);
  expect([answer.status, answer.headers.get('a'), answer.text]).toEqual([404, 'b', 'ä']);
});

test('a redirect is not followed, so that a token stays where it was sent', async () => {
  let requests = 0;
  const url = await http((request, response) => {
    requests += 1;
    response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
  });
  expect((await ask(url, { headers: { authorization: 'Bearer x' } })).status).toBe(307);
  expect(requests).toBe(1);
});

test('an answer without end is cut off', async () => {
  const url = await http((_request, response) => {
    response.on('drain', () => response.write('x'.repeat(1000)));
    response.write('x'.repeat(100_000));
  });
  await expect(ask(url, { maxBytes: 10_000 })).rejects.toMatchObject({ code: 'answer_too_large' });
});

test.each([
  ['no answer', () => undefined],
  ['half an answer', (response: Parameters<RequestListener>[1]) => void response.write('{')],
])('%s is not waited for', async (_, begin) => {
  const url = await http((_request, response) => begin(response));
  await expect(ask(url, { timeoutMs: 50 })).rejects.toMatchObject(unreachable('does not answer in time'));
});

test('a name that it does not answer to', async () => {
  const url = await http((_request, response) => response.writeHead(421).end());
  await expect(ask(url)).rejects.toMatchObject({ code: 'wrong_host', message: expect.stringContaining('publicUrl') });
});

test('nothing listens', async () => {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  await expect(ask(`http://localhost:${port}/`)).rejects.toMatchObject(unreachable('nothing listens there'));
});

test('no such name', async () => {
  // RFC 6761 section 6.4: never found.
  await expect(ask('https://gateway.invalid/')).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/no machine is called gateway\.invalid|could not be looked up/),
  });
});

test('a certificate that nobody knows', async () => {
  const { cert, key } = selfSignedCertificate();
  const port = await listening(createHttpsServer({ cert, key }, (_request, response) => response.end()));
  await expect(ask(`https://localhost:${port}/`)).rejects.toMatchObject(unreachable('NODE_EXTRA_CA_CERTS'));
  await expect(ask(`http://localhost:${port}/`)).rejects.toMatchObject({ code: 'unreachable' });
});

test('https where http is spoken', async () => {
  const url = await http((_request, response) => response.end());
  await expect(ask(url.replace('http:', 'https:'))).rejects.toMatchObject(unreachable('Try http://'));
});

test('a port that programs may not use', async () => {
  await expect(ask('http://127.0.0.1:5060/')).rejects.toMatchObject(unreachable('port 5060'));
});

test('a connection that ends', async () => {
  const port = await listening(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
  await expect(ask(`http://localhost:${port}/`)).rejects.toMatchObject(unreachable('connection was lost'));
});
