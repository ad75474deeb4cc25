import type { TestProject } from 'vitest/node';
import { startApiProxy } from '../support/cluster/api-proxy.ts';
import { articleHost } from '../support/cluster/article-site.ts';
import { openClusterApi, type ClusterApi } from '../support/cluster/cluster-api.ts';
import { farHost } from '../support/cluster/far-server.ts';
import { forwardPort } from '../support/cluster/port-forward.ts';
import { freePort } from '../support/cluster/ports-here.ts';
import { HOME, installRelease, removeEverything, secretValue } from '../support/cluster/release.ts';
import { createNamespace } from '../support/cluster/test-namespace.ts';
import { startTlsEdge } from '../support/cluster/tls-edge.ts';
import { toolboxPod } from '../support/cluster/toolbox.ts';
import { kubectl } from '../support/kubernetes-tools.ts';
import { until } from '../support/mooring.ts';
import { RELAY_PORT } from './toolbox/ports.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ClusterFacts;
  }
}

/** What every test file is told of the one installation that they share. */
export interface ClusterFacts {
  /** The API server, on loopback and without credentials. */
  readonly apiUrl: string;
  /** Origin of the gateway, from this machine: through an edge that ends TLS, as clients of the vendors come. */
  readonly publicUrl: string;
  /** Of the edge, PEM. */
  readonly certificate: string;
  readonly adminPassword: string;
  /** Namespace of the toolbox pod. */
  readonly toolboxNamespace: string;
  /** Milliseconds from `helm install` to every pod of the chart being ready. */
  readonly installedMs: number;
}

/** Installs the chart into the cluster of KUBECONFIG, as a user would, and makes it reachable from here. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = new AsyncDisposableStack();
  try {
    project.provide('cluster', await install(stack));
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
  return async () => stack.disposeAsync();
}

async function install(stack: AsyncDisposableStack): Promise<ClusterFacts> {
  const proxy = stack.use(await startApiProxy());
  const api = openClusterApi(proxy.url);
  await clear(api);
  // MOORING_E2E_KEEP leaves it for somebody to look at; the next run clears it away.
  if (!process.env['MOORING_E2E_KEEP']) stack.defer(async () => removeEverything(api));
  await api.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: HOME,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'mooring.test/e2e': 'true' },
    },
  });
  const tools = await createNamespace(api, 'e2e-tools');
  await api.apply(toolboxPod(tools.name, `mooring-gateway.${HOME}.svc:8080`));
  const port = await freePort();
  const publicUrl = `https://localhost:${port}`;
  process.stdout.write('installing the chart …\n');
  const installedMs = await installRelease({
    publicUrl,
    config: { remote: { allow: [farHost(tools.name).split(':')[0]] } },
    servers: bundledServers(tools.name),
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await whatIsThere()}`, { cause: error });
  });
  process.stdout.write(`installed, every pod ready after ${(installedMs / 1000).toFixed(1)} s\n`);
  const forward = stack.use(await forwardPort(tools.name, 'pod/toolbox', RELAY_PORT));
  const edge = stack.use(await startTlsEdge(port, forward.port));
  return {
    apiUrl: proxy.url,
    publicUrl,
    certificate: edge.certificate,
    adminPassword: await secretValue(api, 'mooring-admin', 'password'),
    toolboxNamespace: tools.name,
    installedMs,
  };
}

/** What the chart cannot know: which sites inside the cluster may be read, and where a folder of skills lies. */
const bundledServers = (tools: string) => ({
  'content-manager': { spec: { env: [{ name: 'MOORING_CONTENT_ALLOW', value: articleHost(tools) }] } },
  marketplace: {
    spec: {
      env: [{ name: 'MARKETPLACE_SKILLS_FOLDER', value: '/srv/skills' }],
      volumes: [{ name: 'skills', mountPath: '/srv/skills', readOnly: false, emptyDir: {} }],
    },
  },
});

/** What an interrupted run left; never what somebody uses, for KUBECONFIG may name a cluster of people. */
async function clear(api: ClusterApi): Promise<void> {
  const [namespaces, definitions] = await Promise.all([
    api.list('Namespace', {}),
    api.list('CustomResourceDefinition', {}),
  ]);
  const ofTests = new Set(
    namespaces
      .filter(({ metadata }) => metadata.labels?.['mooring.test/e2e'] === 'true')
      .map(({ metadata }) => metadata.name),
  );
  const isDefined = definitions.some(({ metadata }) => metadata.name === 'mcpservers.mooring.dev');
  const servers = isDefined ? await api.list('McpServer', {}) : [];
  const foreign = [
    ...namespaces.map(({ metadata }) => metadata.name).filter((name) => name === HOME && !ofTests.has(name)),
    ...servers.map(({ metadata }) => metadata.namespace ?? '').filter((name) => !ofTests.has(name)),
  ];
  if (foreign.length > 0 && !process.env['MOORING_E2E_FORCE'])
    throw new Error(
      `This cluster has a Mooring or McpServers that no test made (${[...new Set(foreign)].join(', ')}), and the tests would remove them. Name another one in KUBECONFIG; or set MOORING_E2E_FORCE=1 where nobody needs them.`,
    );
  await removeEverything(api);
  const left = async () => api.list('Namespace', {}, 'mooring.test/e2e=true');
  await until(async () => (await left()).length === 0, 'namespaces of an earlier run to go', 120_000);
}

async function whatIsThere(): Promise<string> {
  const told = await Promise.all([
    kubectl('get', 'pods,secrets,configmaps', '--namespace', HOME, '--output', 'wide'),
    kubectl('get', 'events', '--namespace', HOME, '--field-selector', 'type=Warning'),
    kubectl('logs', '--namespace', HOME, '--selector', 'app.kubernetes.io/name=mooring', '--tail=20', '--prefix'),
  ]);
  return told.join('\n');
}
