import type { TestProject } from 'vitest/node';
import { RELAY_PORT } from './toolbox/ports.ts';
import { startApiProxy } from '../support/cluster/api-proxy.ts';
import { openClusterApi } from '../support/cluster/cluster-api.ts';
import { forwardPort } from '../support/cluster/port-forward.ts';
import { createNamespace } from '../support/cluster/test-namespace.ts';
import { HOME, installRelease, removeEverything, secretValue } from '../support/cluster/release.ts';
import { freePort } from '../support/cluster/ports-here.ts';
import { startTlsEdge } from '../support/cluster/tls-edge.ts';
import { toolboxPod } from '../support/cluster/toolbox.ts';
import { until } from '../support/mooring.ts';

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
  const proxy = await startApiProxy();
  const api = openClusterApi(proxy.url);
  await removeEverything(api);
  await until(
    async () => (await api.list('Namespace', {}, 'mooring.test/e2e=true')).length === 0,
    'old namespaces to go',
  );
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
  const installedMs = await installRelease({ publicUrl });
  process.stdout.write(`installed, every pod ready after ${(installedMs / 1000).toFixed(1)} s\n`);
  const forward = await forwardPort(tools.name, 'pod/toolbox', RELAY_PORT);
  const edge = await startTlsEdge(port, forward.port);
  const adminPassword = await secretValue(api, 'mooring-admin', 'password');
  project.provide('cluster', {
    apiUrl: proxy.url,
    publicUrl,
    certificate: edge.certificate,
    adminPassword,
    toolboxNamespace: tools.name,
    installedMs,
  });
  return async () => {
    await edge[Symbol.asyncDispose]();
    await forward[Symbol.asyncDispose]();
    if (!process.env['MOORING_E2E_KEEP']) await removeEverything(api);
    await proxy[Symbol.asyncDispose]();
  };
}
