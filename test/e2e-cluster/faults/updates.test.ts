import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { HOME } from '../../support/cluster/release.ts';
import { podsOf, restart, settled } from '../../support/cluster/rollout.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { losses, steadyTraffic } from '../../support/cluster/steady-traffic.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';

const cluster = useCluster();
const { api } = cluster;
let namespace: ObservedNamespace;
let token: string;

/** Milliseconds of traffic before and after what happens. */
const QUIET = 3000;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-updates');
  await namespace.apply(serverManifest('rolling', 'kit', { replicas: 2 }));
  await namespace.ready('rolling');
  token = await cluster.token('rolling');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

test('a good edit of a server with two replicas loses no call', async () => {
  await using traffic = await steadyTraffic(cluster, 'rolling', token);
  await sleep(QUIET);
  const since = await namespace.edit('rolling', { env: [{ name: 'VERSION', value: '2.0.0' }] });
  await namespace.ready('rolling', since);
  await sleep(QUIET);
  const counts = await traffic.stop();
  expect(losses(counts)).toEqual([]);
  const { answeredBy } = counts['2026-07-28, a connection each'];
  expect(new Set(Object.keys(answeredBy).map((by) => by.split(' ')[0]))).toEqual(new Set(['1.0.0', '2.0.0']));
});

test('an edit to a bad image loses no call, and says which version serves', async () => {
  await using traffic = await steadyTraffic(cluster, 'rolling', token);
  const since = await namespace.edit('rolling', { image: 'mooring.test/not-there:1' });
  const told = await namespace.servers.first(
    'the edit to be told as one that cannot arrive',
    ({ metadata, status }) =>
      metadata.name === 'rolling' &&
      status?.observedGeneration === metadata.generation &&
      status?.conditions.some(({ reason }) => reason === 'ImagePullFailed') === true,
    { since, explain: () => namespace.story('rolling') },
  );
  await sleep(QUIET);
  const counts = await traffic.stop();
  expect(losses(counts)).toEqual([]);
  const conditions = Object.fromEntries((told.object.status?.conditions ?? []).map((each) => [each.type, each]));
  expect(conditions['Available']).toMatchObject({ status: 'True', reason: 'PreviousServes' });
  expect(conditions['Available']?.message).toMatch(/Generation 2 serves on until generation 3/);
  expect(conditions['Ready']).toMatchObject({ status: 'False', reason: 'ImagePullFailed' });
  const repaired = await namespace.edit('rolling', { image: 'mooring.test/test-servers:e2e' });
  await namespace.ready('rolling', repaired);
});

test('a rolling update of the gateway loses no call', async () => {
  await using traffic = await steadyTraffic(cluster, 'rolling', token);
  await sleep(QUIET);
  await restart(api, 'gateway');
  await sleep(QUIET);
  expect(losses(await traffic.stop())).toEqual([]);
});

test('gateway pods that are deleted one at a time lose no call', async () => {
  await using traffic = await steadyTraffic(cluster, 'rolling', token);
  for (const { metadata } of await podsOf(api, 'gateway')) {
    await api.remove('Pod', { namespace: HOME, name: metadata.name });
    await settled(api, 'gateway');
  }
  await sleep(QUIET);
  expect(losses(await traffic.stop())).toEqual([]);
});
