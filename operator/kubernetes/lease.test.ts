import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createLog } from '../../core/log.ts';
import type { ApiRequest, KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { faultyApiServer } from '../../test/support/faulty-api-server.ts';
import { holdLease, type Lease, type LeaseTimes } from './lease.ts';
import { LEASE_KIND, type LeaseRecord } from './lease-record.ts';

const log = createLog('test');
log.level = 'silent';

/** As the real ones, the holder stops well before others begin. */
const TIMES: LeaseTimes = { duration: 2000, renewDeadline: 1000, retry: 200 };

beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);

interface Term {
  readonly who: string;
  readonly what: 'begins' | 'ends';
  readonly at: number;
}

/** Replicas that ask for one lease, and what they do. */
function replicas(namespace: string) {
  const story: Term[] = [];
  const note = (who: string, what: Term['what']) => void story.push({ who, what, at: performance.now() });
  const start = (who: string, api: KubernetesApi, times = TIMES): Lease => {
    const lease = holdLease({
      api,
      namespace,
      name: 'test',
      identity: who,
      log,
      times,
      async onLead(lost) {
        note(who, 'begins');
        if (!lost.aborted) await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }));
        note(who, 'ends');
      },
    });
    onTestFinished(async () => lease.release());
    return lease;
  };
  const told = () => story.map(({ who, what }) => `${who} ${what}`);
  const until = (text: string, timeout = 10_000) =>
    vi.waitFor(() => expect(told()).toContain(text), { timeout, interval: 10 });
  const timeOf = (text: string) => story.find(({ who, what }) => `${who} ${what}` === text)?.at ?? NaN;
  return { start, told, until, timeOf };
}

const read = async ({ api, name }: TestNamespace): Promise<LeaseRecord> =>
  api.request<LeaseRecord>({ path: pathOf(LEASE_KIND, name, 'test') });

const write = async ({ api, name }: TestNamespace, lease: LeaseRecord): Promise<LeaseRecord> =>
  api.request<LeaseRecord>({ method: 'PUT', path: pathOf(LEASE_KIND, name, 'test'), body: lease });

test('one leads; when it leaves, the other one does within two seconds, with the usual times', async () => {
  await using namespace = await testNamespace();
  const { start, told, until, timeOf } = replicas(namespace.name);
  const times = { duration: 15_000, renewDeadline: 10_000, retry: 2000 };
  const first = start('first', namespace.api, times);
  await until('first begins');
  expect(first.remaining()).toBeGreaterThan(9000);
  const second = start('second', namespace.api, times);
  await delay(500);
  expect(told()).toEqual(['first begins']);
  expect(second.remaining()).toBe(0);
  expect((await read(namespace)).spec).toMatchObject({
    holderIdentity: 'first',
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
  });

  await first.release();
  await until('second begins');
  expect(told()).toEqual(['first begins', 'first ends', 'second begins']);
  expect(timeOf('second begins') - timeOf('first ends')).toBeLessThan(2000);
  expect(first.remaining()).toBe(0);
  expect((await read(namespace)).spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
});

test('a holder that the API server does not reach stops before another one begins, and waits for its turn', async () => {
  await using namespace = await testNamespace();
  await using faulty = await faultyApiServer(namespace);
  const { proxy, api: apart } = faulty;
  const { start, told, until, timeOf } = replicas(namespace.name);
  const first = start('first', apart);
  await until('first begins');
  const second = start('second', namespace.api);
  await delay(300);

  await proxy.set({ frozen: true });
  await until('second begins');
  expect(told()).toEqual(['first begins', 'first ends', 'second begins']);
  expect(timeOf('second begins') - timeOf('first ends')).toBeGreaterThan(0);
  expect(first.remaining()).toBe(0);

  await proxy.set({ frozen: false });
  await delay(500);
  await second.release();
  await vi.waitFor(() => expect(told().at(-1)).toBe('first begins'), { timeout: 10_000 });
});

test('an API server that is away for all ends nothing: nobody acts, and then one does again', async () => {
  await using namespace = await testNamespace();
  await using faulty = await faultyApiServer(namespace);
  const { proxy, api: apart } = faulty;
  const { start, told, until, timeOf } = replicas(namespace.name);
  const lease = start('only', apart);
  await until('only begins');
  const awayAt = performance.now();
  await proxy.set({ away: true });
  await until('only ends');
  // The last renewal may have been asked for just before.
  expect(timeOf('only ends') - awayAt).toBeLessThan(TIMES.renewDeadline + 200);
  expect(lease.remaining()).toBe(0);
  await delay(1000);
  await proxy.set({ away: false });
  await vi.waitFor(() => expect(told()).toEqual(['only begins', 'only ends', 'only begins']), { timeout: 5000 });
});

test('clocks of others mean nothing: a lease is judged by when it was seen to change', async () => {
  await using namespace = await testNamespace();
  const { api, name } = namespace;
  const stranger = {
    apiVersion: LEASE_KIND.apiVersion,
    kind: LEASE_KIND.kind,
    metadata: { name: 'test', namespace: name },
    spec: {
      holderIdentity: 'stranger',
      leaseDurationSeconds: 1,
      leaseTransitions: 6,
      // Its clock is years behind.
      renewTime: '2001-01-01T00:00:00.000000Z',
    },
  };
  await api.request({ method: 'POST', path: pathOf(LEASE_KIND, name), body: stranger });
  const { start, told, until, timeOf } = replicas(name);
  const startedAt = performance.now();
  start('we', api);
  await delay(600);
  expect(told()).toEqual([]);
  // It lives: it renews once more.
  const renewedAt = performance.now();
  await write(namespace, {
    ...(await read(namespace)),
    spec: { ...stranger.spec, renewTime: '2001-01-01T00:00:01.000000Z' },
  });
  await until('we begins');
  expect(timeOf('we begins') - renewedAt).toBeGreaterThan(950);
  expect(timeOf('we begins') - startedAt).toBeGreaterThan(1500);
  expect((await read(namespace)).spec).toMatchObject({ holderIdentity: 'we', leaseTransitions: 7 });
});

test('whose lease is deleted makes it anew at once; whose lease is taken by force stops', async () => {
  await using namespace = await testNamespace();
  const { start, told, until } = replicas(namespace.name);
  start('we', namespace.api);
  await until('we begins');
  await namespace.api.request({ method: 'DELETE', path: pathOf(LEASE_KIND, namespace.name, 'test') });
  await vi.waitFor(() => expect(told()).toEqual(['we begins', 'we ends', 'we begins']), 1000);

  for (let taken = false; !taken;) {
    const lease = await read(namespace);
    const spec = { ...lease.spec, holderIdentity: 'robber', leaseDurationSeconds: 3600 };
    taken = await write(namespace, { ...lease, spec }).then(
      () => true,
      () => false,
    );
  }
  await vi.waitFor(() => expect(told().at(-1)).toBe('we ends'), 1000);
  await delay(500);
  expect((await read(namespace)).spec?.holderIdentity).toBe('robber');
  expect(told()).toHaveLength(4);
});

test('whoever fails at leading gives the lease back, and tries again after a pause', async () => {
  await using namespace = await testNamespace();
  const attempts: number[] = [];
  const lease = holdLease({
    api: namespace.api,
    namespace: namespace.name,
    name: 'test',
    identity: 'we',
    log,
    times: TIMES,
    async onLead() {
      attempts.push(performance.now());
      throw new Error('not today');
    },
  });
  onTestFinished(async () => lease.release());
  await vi.waitFor(() => expect(attempts).toHaveLength(3), 10_000);
  const [first = 0, second = 0] = attempts;
  expect(second - first).toBeGreaterThan(TIMES.retry);
  await lease.release();
  expect((await read(namespace)).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
});

test('a request that never ends does not keep the holder acting', async () => {
  await using namespace = await testNamespace();
  let hanging: PromiseWithResolvers<never> | undefined;
  const { start, until, timeOf } = replicas(namespace.name);
  start('we', {
    ...namespace.api,
    request: async <Answer>(request: ApiRequest) =>
      hanging ? hanging.promise : namespace.api.request<Answer>(request),
  });
  await until('we begins');
  hanging = Promise.withResolvers<never>();
  await until('we ends', 3000);
  expect(timeOf('we ends') - timeOf('we begins')).toBeLessThan(TIMES.renewDeadline + 200);
  hanging.reject(new Error('at last'));
});
