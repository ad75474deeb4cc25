import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_PORT } from '../toolbox/ports.ts';
import type { ClusterObject } from '../../support/cluster/cluster-api.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { upgradeRelease } from '../../support/cluster/release.ts';
import { podsOf, settled } from '../../support/cluster/rollout.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { losses, steadyTraffic } from '../../support/cluster/steady-traffic.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { tellFigure } from '../../support/cluster/figure.ts';

const cluster = useCluster();
const { api, toolbox } = cluster;
let namespace: ObservedNamespace;

/** A name that the certificate of every API server holds. */
const API_SERVER = 'kubernetes.default.svc';
/** Seconds: in silence as long as in the figures of others; who is refused at once knows soon enough. */
const FAULTS = [
  { mode: 'freeze', away: 60 },
  { mode: 'refuse', away: 20 },
] as const;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-api');
  await namespace.apply(serverManifest('known', 'kit'));
  await namespace.ready('known');
  const service = await api.apply<ClusterObject & { spec: { clusterIP: string } }>(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api-server' },
      spec: { selector: { app: 'toolbox' }, ports: [{ port: 443, targetPort: API_PORT }] },
    },
    cluster.toolboxNamespace,
  );
  await upgradeRelease({
    hostAliases: [{ ip: service.spec.clusterIP, hostnames: [API_SERVER] }],
    extraEnv: [
      { name: 'KUBERNETES_SERVICE_HOST', value: API_SERVER },
      { name: 'KUBERNETES_SERVICE_PORT', value: '443' },
    ],
  });
  for (const component of ['operator', 'gateway'] as const) await settled(api, component);
});

afterAll(async () => {
  await toolbox.fault({ mode: 'pass' });
  await upgradeRelease({ hostAliases: [], extraEnv: [] });
  for (const component of ['operator', 'gateway'] as const) await settled(api, component);
  await namespace?.[Symbol.asyncDispose]();
});

const restarts = async (): Promise<string[]> => {
  const pods = await Promise.all((['operator', 'gateway'] as const).map(async (component) => podsOf(api, component)));
  return pods
    .flat()
    .map(({ metadata, status }) => `${metadata.name} ${status.containerStatuses?.[0]?.restartCount}`)
    .sort();
};

test.for(FAULTS)(
  'an API server that is away for $away s ($mode) costs no call and no pod; what was applied meanwhile is taken up',
  async ({ mode, away }) => {
    const token = await cluster.token('known');
    const pods = await restarts();
    await using traffic = await steadyTraffic(cluster, 'known', token);
    const { connections } = await toolbox.fault({ mode });
    // Two operators and two gateways watch through it.
    expect(connections).toBeGreaterThanOrEqual(mode === 'freeze' ? 4 : 0);
    const name = `meanwhile-${mode}`;
    await namespace.apply(serverManifest(name, 'kit', { oauth: { required: false } }));
    await sleep(away * 1000);
    const back = Date.now();
    await toolbox.fault({ mode: 'pass' });
    const told = await namespace.servers.first(
      'a status',
      ({ metadata, status }) => metadata.name === name && status !== undefined,
    );
    await namespace.ready(name);
    expect(losses(await traffic.stop())).toEqual([]);
    expect(await restarts()).toEqual(pods);
    tellFigure('first status after the API server is back', told.at - back, 5000);
  },
);
