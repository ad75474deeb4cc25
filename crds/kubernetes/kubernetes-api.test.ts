import diagnosticsChannel from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { faultyApiServer } from '../../test/support/faulty-api-server.ts';
import { openKubernetesApi, type ApiCall } from './kubernetes-api.ts';

beforeAll(() => testApiServer(), API_SERVER_TIMEOUT_MS);

test('writes and reads objects; errors carry what the Status says', async () => {
  await using space = await testNamespace();
  const path = `/api/v1/namespaces/${space.name}/configmaps`;
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: '1' } };
  const made = await space.api.request({ method: 'POST', path, body });
  expect(await space.api.request({ path: `${path}/one` })).toEqual(made);
  await expect(space.api.request({ path: `${path}/two` })).rejects.toMatchObject({
    status: 404,
    reason: 'NotFound',
    message: 'configmaps "two" not found',
    details: { name: 'two' },
  });
  await expect(space.api.request({ method: 'POST', path, body })).rejects.toMatchObject({
    status: 409,
    reason: 'AlreadyExists',
  });
});

test('what is no JSON comes as text', async () => {
  await using space = await testNamespace();
  expect(await space.api.request<string>({ path: '/readyz' })).toBe('ok');
});

test('a user who may do nothing is told so', async () => {
  await using space = await testNamespace();
  const api = openKubernetesApi({ kubeconfig: await space.server.kubeconfigFor({ commonName: 'eve' }) });
  await expect(api.request({ path: `/api/v1/namespaces/${space.name}/configmaps` })).rejects.toMatchObject({
    status: 403,
    reason: 'Forbidden',
    message: expect.stringContaining('User "eve" cannot list resource "configmaps"') as string,
  });
  await api.close();
});

test('many requests go over few connections, and each is counted with verb and code', async () => {
  await using space = await testNamespace();
  const calls: ApiCall[] = [];
  const api = openKubernetesApi({ kubeconfig: space.server.kubeconfig, onCall: (call) => calls.push(call) });
  const path = `/api/v1/namespaces/${space.name}`;
  await api.request({ path });
  let connections = 0;
  const count = (): void => void (connections += 1);
  diagnosticsChannel.subscribe('undici:client:connected', count);
  for (let index = 0; index < 50; index += 1) await api.request({ path });
  diagnosticsChannel.unsubscribe('undici:client:connected', count);
  expect(connections).toBeLessThanOrEqual(1);
  await api.request({ method: 'DELETE', path: `${path}/configmaps/none` }).catch(() => {});
  expect(calls.map(({ verb, code }) => `${verb} ${code}`)).toEqual([
    ...Array.from({ length: 51 }, () => 'GET 200'),
    'DELETE 404',
  ]);
  await api.close();
});

describe('when the API server does not answer as it should', () => {
  const path = '/api/v1/namespaces/default';

  test('it waits as long as the server asks, and asks again', async () => {
    await using space = await testNamespace();
    await using faulty = await faultyApiServer(space);
    await faulty.proxy.set({ answer: { status: 429, to: 'all', retryAfter: 1, times: 1 } });
    const started = performance.now();
    await faulty.api.request({ path: `/api/v1/namespaces/${space.name}/configmaps` });
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(faulty.calls.map(({ code }) => code)).toEqual(['429', '200']);
  });

  test('it does not wait longer than the caller does', async () => {
    await using faulty = await faultyApiServer(await testNamespace());
    await faulty.proxy.set({ answer: { status: 503, to: 'all', retryAfter: 60 } });
    const started = performance.now();
    await expect(faulty.api.request({ path })).rejects.toMatchObject({ status: 503, retryAfterMs: 60_000 });
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test('silence ends with the time-out of the request; the next one gets a new connection', async () => {
    await using space = await testNamespace();
    await using faulty = await faultyApiServer(space);
    const collection = `/api/v1/namespaces/${space.name}/configmaps`;
    await faulty.api.request({ path: collection });
    await delay(20);
    faulty.proxy.lose();
    const lost = faulty.api.request({ path: collection, timeoutMs: 300 });
    await expect(lost).rejects.toMatchObject({
      status: 0,
      reason: 'Unreachable',
      message: `GET ${collection}: nothing came for 0.3 s`,
    });
    await faulty.api.request({ path: collection, timeoutMs: 1000 });
  });

  test('nobody there: Unreachable, at once', async () => {
    await using faulty = await faultyApiServer(await testNamespace());
    await faulty.proxy.set({ away: true });
    await expect(faulty.api.request({ path })).rejects.toMatchObject({ status: 0, reason: 'Unreachable' });
  });

  test('a caller who gives up gets the own reason', async () => {
    await using faulty = await faultyApiServer(await testNamespace());
    await faulty.proxy.set({ frozen: true });
    const stop = new AbortController();
    const asked = faulty.api.request({ path, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await faulty.proxy.set({ frozen: false });
  });
});

async function untilEnd(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count += 1;
  return count;
}

describe('a watch', () => {
  test('ends in silence when the server ends it, and at once when nobody listens any more', async () => {
    await using space = await testNamespace();
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    expect(await untilEnd(space.api.watch({ path, query: { timeoutSeconds: 1 } }))).toBe(0);
    await space.api.request({ method: 'POST', path, body: { metadata: { name: 'one' } } });
    for await (const { type, object } of space.api.watch({ path })) {
      expect([type, object.metadata.name]).toEqual(['ADDED', 'one']);
      break;
    }
  });

  test.each<[string, Parameters<Awaited<ReturnType<typeof faultyApiServer>>['proxy']['set']>[0], object]>([
    ['a garbled line', { garbledLines: 1 }, { status: 0, reason: 'Corrupt' }],
    ['an end within a line', { cutLines: 1 }, { status: 0, reason: 'Corrupt' }],
    ['a refusal', { answer: { status: 403, to: 'watch' } }, { status: 403 }],
  ])('%s is an error', async (_, faults, error) => {
    await using space = await testNamespace();
    await using faulty = await faultyApiServer(space);
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    await space.api.request({ method: 'POST', path, body: { metadata: { name: 'one' } } });
    await faulty.proxy.set(faults);
    const watched = untilEnd(faulty.api.watch({ path, query: { timeoutSeconds: 2 } }));
    await expect(watched).rejects.toMatchObject(error);
  });

  test('silence is an error', async () => {
    await using space = await testNamespace();
    await using faulty = await faultyApiServer(space);
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    const watched = untilEnd(faulty.api.watch({ path, silenceMs: 1000 }));
    await delay(100);
    faulty.proxy.lose();
    await expect(watched).rejects.toMatchObject({ status: 0, message: `WATCH ${path}: nothing came for 1 s` });
  });
});

describe('lines of text', () => {
  test('come as the server writes them; the signal ends them with its reason', async () => {
    await using space = await testNamespace();
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    const stop = new AbortController();
    const lines = space.api.lines({ path, query: { watch: true }, signal: stop.signal })[Symbol.asyncIterator]();
    for (const name of ['one', 'two']) {
      await space.api.request({ method: 'POST', path, body: { metadata: { name } } });
      const { value } = (await lines.next()) as { value: string };
      expect(JSON.parse(value)).toMatchObject({ type: 'ADDED', object: { metadata: { name } } });
    }
    const next = lines.next();
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  test('a refusal is an ApiError, and so is a connection that breaks', async () => {
    await using space = await testNamespace();
    await using faulty = await faultyApiServer(space);
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    const none = faulty.api.lines({ path: `${path}/none` })[Symbol.asyncIterator]();
    await expect(none.next()).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
    const lines = faulty.api.lines({ path, query: { watch: true } })[Symbol.asyncIterator]();
    await space.api.request({ method: 'POST', path, body: { metadata: { name: 'one' } } });
    await lines.next();
    faulty.proxy.reset();
    await expect(lines.next()).rejects.toMatchObject({ status: 0, reason: 'Unreachable' });
  });
});
