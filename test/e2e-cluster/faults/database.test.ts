import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { HOME } from '../../support/cluster/release.ts';
import { podsOf, settled } from '../../support/cluster/rollout.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { losses, steadyTraffic } from '../../support/cluster/steady-traffic.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';

const cluster = useCluster();
const { api } = cluster;
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-database');
  await namespace.apply(serverManifest('remembered', 'kit'));
  await namespace.ready('remembered');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

const scale = async (replicas: number): Promise<void> => {
  await api.patch('StatefulSet', { namespace: HOME, name: 'mooring-database' }, { spec: { replicas } });
  await settled(api, 'database');
};

test('tokens that were issued go on working while the database is away; afterwards people sign in again', async () => {
  const token = await cluster.token('remembered');
  const before = await podsOf(api, 'gateway');
  await using traffic = await steadyTraffic(cluster, 'remembered', token);
  await scale(0);
  await sleep(20_000);
  await scale(1);
  const signsIn = async () =>
    cluster.token('remembered').then(
      (another) => another !== token,
      () => false,
    );
  await until(signsIn, 'sign-in to work again', 15_000);
  expect(losses(await traffic.stop())).toEqual([]);
  // Nobody was restarted for it.
  const after = await podsOf(api, 'gateway');
  expect(after.map(({ metadata }) => metadata.name).sort()).toEqual(before.map(({ metadata }) => metadata.name).sort());
  expect(after.flatMap(({ status }) => status.containerStatuses?.map((each) => each.restartCount))).toEqual([0, 0]);
});
