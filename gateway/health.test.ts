import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { readableLog } from '../test/support/log-lines.ts';
import { openHealth } from './health.ts';
import { exchange } from './proxy/testing/exchange.ts';

async function start(address?: string) {
  const health = await openHealth({ port: 0, address, log: readableLog().log });
  const { port } = health;
  const get = (path: string, headers = {}, host = '127.0.0.1') =>
    exchange(`http://${host}:${port}${path}`, { method: 'GET', headers });
  return { ...health, get, [Symbol.asyncDispose]: () => health.close() };
}

test('probes tell alive from ready and say what is waited for, and metrics know every server', async () => {
  await using health = await start();
  expect((await health.get('/healthz')).status).toBe(200);
  expect(await health.get('/readyz')).toMatchObject({ status: 503, body: 'not ready: starting\n' });
  health.tell({ notReady: 'waiting for the database' });
  expect((await health.get('/readyz')).body).toBe('not ready: waiting for the database\n');
  health.tell({ notReady: undefined, servers: () => ['default/a'] });
  expect(await health.get('/readyz')).toMatchObject({ status: 200, body: 'ok\n' });
  expect((await health.get('/metrics')).body).toContain('server="default/a"');
  expect((await health.get('/else')).status).toBe(404);
});

test('how old the servers are is told, and makes nobody unready', async () => {
  await using health = await start();
  health.tell({ notReady: undefined, lastContact: () => 90_500 });
  expect(await health.get('/readyz?verbose')).toMatchObject({ status: 200, body: 'ok\nservers as of 90.5 s ago\n' });
  expect((await health.get('/metrics')).body).toMatch(/^mooring_source_last_contact_seconds 90\.5$/m);
});

const other = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4');

test.skipIf(!other)(
  'kubelet and Prometheus reach it by the address of the pod, and nobody by another name',
  async () => {
    const { address = '' } = other ?? {};
    await using health = await start('::');
    expect((await health.get('/readyz', {}, address)).status).toBe(503);
    expect((await health.get('/healthz', {}, address)).status).toBe(200);
    expect((await health.get('/healthz', {}, '[::1]')).status).toBe(200);
    for (const host of [
      'rebound.example',
      `rebound.example:${health.port}`,
      '192.0.2.1',
      `192.0.2.1:${health.port}`,
      address,
    ])
      expect((await health.get('/healthz', { host }, address)).status).toBe(421);
  },
);
