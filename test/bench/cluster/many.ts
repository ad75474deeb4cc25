import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterObject } from '../../support/cluster/cluster-api.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn, record } from '../../support/cluster/recorder.ts';
import { RESTRICTED } from '../../support/cluster/restricted.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { createNamespace } from '../../support/cluster/test-namespace.ts';
import { until } from '../../support/mooring.ts';
import { seconds, type Figure } from './figure.ts';
import type { Installed } from './installed.ts';
import { OPEN } from './servers.ts';
import { buildTinyImage, TINY_IMAGE } from './tiny-image.ts';

const PATIENCE = 300_000;

/** Many servers at once, and what the operator writes for them. */
export async function measureMany(installed: Installed, count = 100): Promise<readonly Figure[]> {
  await buildTinyImage();
  const plain = await measurePlain(installed, count);
  const noPods = async () => (await installed.api.list('Pod', {}, 'bench=plain')).length === 0;
  await until(noPods, 'the plain pods to go', PATIENCE);
  await using namespace = await observeNamespace(installed.api, 'bench-many');
  const names = Array.from({ length: count }, (_, index) => `tiny-${index}`);
  const { writes: before } = await installed.metrics();
  const started = Date.now();
  for (const name of names) await namespace.apply(tinyServer(name));
  const ready = Math.max(...(await Promise.all(names.map(async (name) => readySoon(namespace, name)))));
  await sleep(5000);
  const { writes: after } = await installed.metrics();
  return [
    plain,
    { figure: `${count} servers, until all are Ready`, value: seconds(ready - started), wanted: '≤ 28 s' },
    { figure: 'writes a server', value: ((after - before) / count).toFixed(2), wanted: '≤ 8' },
  ];
}

/** The same pods without Mooring, at the same time of day: what the machine itself needs. */
async function measurePlain({ api }: Installed, count: number): Promise<Figure> {
  await using namespace = await createNamespace(api, 'bench-plain');
  await using deployments = record<PlainDeployment>(api, 'Deployment', namespace.name);
  const names = Array.from({ length: count }, (_, index) => `plain-${index}`);
  const started = Date.now();
  for (const name of names) await api.apply(plainDeployment(name), namespace.name);
  const isReady = (name: string) => (deployment: PlainDeployment) =>
    deployment.metadata.name === name && deployment.status?.readyReplicas === 1;
  const seen = names.map(async (name) =>
    deployments.first(`${name} to be ready`, isReady(name), { timeoutMs: PATIENCE }),
  );
  const ready = Math.max(...(await Promise.all(seen)).map(({ at }) => at));
  return { figure: `${count} plain Deployments of the same image`, value: seconds(ready - started) };
}

interface PlainDeployment extends ClusterObject {
  readonly status?: { readonly readyReplicas?: number };
}

const plainDeployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, bench: 'plain' } },
      spec: {
        containers: [
          {
            name: 'server',
            image: TINY_IMAGE,
            imagePullPolicy: 'IfNotPresent',
            env: [{ name: 'PORT', value: '8080' }],
            resources: RESOURCES,
            ...RESTRICTED.container,
          },
        ],
        ...RESTRICTED.pod,
      },
    },
  },
});

/** A hundred of them fit on one node. */
const RESOURCES = { requests: { cpu: '1m', memory: '8Mi' } };

const tinyServer = (name: string) => {
  const { spec, ...rest } = serverManifest(name, 'plain', { ...OPEN, image: TINY_IMAGE });
  return { ...rest, spec: { ...spec, args: [], resources: RESOURCES } };
};

async function readySoon(namespace: ObservedNamespace, name: string): Promise<number> {
  const isReady = (server: Parameters<typeof conditionIn>[0]) =>
    server?.metadata.name === name && conditionIn(server, 'Ready')?.status === 'True';
  const options = { timeoutMs: PATIENCE, explain: () => namespace.story(name) };
  return (await namespace.servers.first(`${name} to be Ready`, isReady, options)).at;
}
