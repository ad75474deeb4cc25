import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startHealth } from './health.ts';

async function start(podIp?: string) {
  let why: string | undefined = 'not yet';
  const server = await startHealth({
    port: 0,
    podIp,
    whyNotReady: () => why,
    metrics: async () => 'mooring_leader 0\n',
  });
  onTestFinished(async () => server.close());
  const ask = async (path: string, host = `localhost:${server.port}`, method = 'GET') => {
    const outgoing = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host } }).end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, text: await text(answer), type: answer.headers['content-type'] };
  };
  return { ask, port: server.port, becomeReady: () => (why = undefined) };
}

test('is alive at once, and ready when it is', async () => {
  const { ask, becomeReady } = await start();
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok' });
  expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'not yet' });
  becomeReady();
  expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'ok' });
  expect(await ask('/metrics')).toEqual({
    status: 200,
    text: 'mooring_leader 0\n',
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  expect(await ask('/')).toMatchObject({ status: 404 });
  expect(await ask('/metrics', undefined, 'POST')).toMatchObject({ status: 405 });
});

test.each([
  ['of this machine', undefined, 'localhost'],
  ['of this machine, as an address', undefined, '127.0.0.1'],
  ['of the pod', '10.1.2.3', '10.1.2.3'],
  ['of the pod, IPv6', 'fd00::7', '[fd00::7]'],
])('answers to a name %s', async (_, podIp, name) => {
  const { ask, port } = await start(podIp);
  expect(await ask('/metrics', `${name}:${port}`)).toMatchObject({ status: 200 });
});

test.each(['evil.example', '10.1.2.4', 'localhost'])(
  'refuses %s: a page could have made it point here',
  async (host) => {
    const { ask, port } = await start('10.1.2.3');
    expect(await ask('/metrics', host === 'localhost' ? 'localhost:1' : `${host}:${port}`)).toMatchObject({
      status: 421,
    });
  },
);
