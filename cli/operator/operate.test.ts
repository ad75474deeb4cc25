import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { faultyApiServer } from '../../test/support/faulty-api-server.ts';
import { freePort } from '../../test/support/cluster/ports-here.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);

function start(namespace: string, kubeconfig: string, port: number) {
  const child = spawn(MOORING, ['operator', '--watch-namespaces', namespace, '--health-port', String(port)], {
    env: { ...process.env, KUBECONFIG: kubeconfig, MOORING_NAMESPACE: namespace, MOORING_POD_NAME: 'a-pod' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('as a process: waits for the API server, leads, and on SIGTERM hands over and ends with 0 within seconds', async () => {
  await using namespace = await testNamespace();
  await using faulty = await faultyApiServer(namespace);
  await faulty.proxy.set({ away: true });
  const port = await freePort();
  const child = start(namespace.name, faulty.kubeconfig, port);
  const holder = async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace.name}/leases/mooring-operator`;
    return ((await namespace.api.request({ path }))['spec'] as { holderIdentity: string }).holderIdentity;
  };
  const status = async (path: string) => (await fetch(`http://localhost:${port}${path}`)).status;
  await vi.waitFor(async () => expect(await status('/healthz')).toBe(200), 15_000);
  expect(await status('/readyz')).toBe(503);
  await faulty.proxy.set({ away: false });
  await vi.waitFor(async () => expect(await holder()).toBe('a-pod'), 10_000);
  expect(await status('/readyz')).toBe(200);

  const askedAt = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - askedAt).toBeLessThan(5000);
  expect(await holder()).toBe('');
});

test('as a process: SIGTERM ends it also while the API server is away', async () => {
  await using namespace = await testNamespace();
  await using faulty = await faultyApiServer(namespace);
  await faulty.proxy.set({ frozen: true });
  const port = await freePort();
  const child = start(namespace.name, faulty.kubeconfig, port);
  await vi.waitFor(async () => expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200), 15_000);
  const askedAt = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - askedAt).toBeLessThan(5000);
});
