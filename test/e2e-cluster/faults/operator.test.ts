import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterObject } from '../../support/cluster/cluster-api.ts';
import type { KindName } from '../../support/cluster/kinds.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { HOME } from '../../support/cluster/release.ts';
import { restart, settled } from '../../support/cluster/rollout.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { losses, steadyTraffic } from '../../support/cluster/steady-traffic.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';
import { tellFigure } from '../../support/cluster/figure.ts';

const cluster = useCluster();
const { api } = cluster;
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-operator');
  await namespace.apply(serverManifest('steady', 'kit', { replicas: 2 }));
  await namespace.ready('steady');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

async function leader(): Promise<string> {
  const { spec } = await api.get<ClusterObject & { spec: { holderIdentity?: string } }>('Lease', {
    namespace: HOME,
    name: 'mooring-operator',
  });
  return spec.holderIdentity ?? '';
}

/** Resource versions of everything that the operator keeps for the servers of the namespace. */
async function versions(): Promise<Readonly<Record<string, string | undefined>>> {
  const kinds: KindName[] = [
    'McpServer',
    'Service',
    'ServiceAccount',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'ConfigMap',
  ];
  const objects = await Promise.all(kinds.map(async (kind) => api.list(kind, { namespace: namespace.name })));
  const deployments = await api.list('Deployment', { namespace: namespace.name });
  return Object.fromEntries(
    [...objects.flat(), ...deployments].map(({ metadata }, index) => [
      `${index} ${metadata.name}`,
      metadata.resourceVersion,
    ]),
  );
}

test('a restart of the operator writes nothing', async () => {
  await namespace.servers.first(
    'both pods to serve',
    ({ status }) => status?.replicas === 2 && !status.conditions.some(({ type }) => type === 'Reconciling'),
  );
  const before = await versions();
  await restart(api, 'operator');
  // The new leader has looked at everything by now: it takes milliseconds for a server.
  await sleep(3000);
  expect(await versions()).toEqual(before);
});

test('a leader that is told to go hands over', async () => {
  const first = await leader();
  await api.remove('Pod', { namespace: HOME, name: first.split('_')[0] ?? first });
  const started = Date.now();
  await until(async () => ![first, ''].includes(await leader()), 'another leader', 30_000);
  tellFigure('hand-over of the lease', Date.now() - started, 2000);
  await settled(api, 'operator');
});

test('a leader that is killed in the middle of a rollout costs no call, and the edit arrives', async () => {
  const token = await cluster.token('steady');
  await using traffic = await steadyTraffic(cluster, 'steady', token);
  const first = await leader();
  const since = await namespace.edit('steady', { env: [{ name: 'VERSION', value: '2.0.0' }] });
  await namespace.pods.first(
    'a new pod',
    ({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= since - 1000,
  );
  await api.remove('Pod', { namespace: HOME, name: first.split('_')[0] ?? first }, { now: true });
  await namespace.ready('steady', since);
  // A lease of 15 s, that it takes to be noticed, and the rest of the rollout.
  tellFigure('rollout whose leader was killed', Date.now() - since, 40_000);
  expect(losses(await traffic.stop())).toEqual([]);
  await settled(api, 'operator');
});
