import { request } from 'undici';
import { startApiProxy } from '../../support/cluster/api-proxy.ts';
import { openClusterApi, type ClusterApi } from '../../support/cluster/cluster-api.ts';
import { forwardPort } from '../../support/cluster/port-forward.ts';
import { HOME, installRelease, removeEverything } from '../../support/cluster/release.ts';
import { podsOf } from '../../support/cluster/rollout.ts';
import { until } from '../../support/mooring.ts';
import { freePort } from '../free-port.ts';
import { readMetrics, type OperatorMetrics } from './operator-metrics.ts';
import { tell } from './figure.ts';

/** Of operator pods; who asks calls them by it (operator/kubernetes/health.ts). */
const HEALTH_PORT = 8082;

/** The chart, installed into the cluster of KUBECONFIG with the images of `npm run image`. */
export interface Installed extends AsyncDisposable {
  readonly api: ClusterApi;
  /** Milliseconds from `helm install` to every pod of the chart being ready. */
  readonly installedMs: number;
  /** Of the gateway, from here. */
  endpoint(server: string): string;
  /** Of all replicas of the operator together. */
  metrics(): Promise<OperatorMetrics>;
}

/** Throws where the chart is installed already: it is somebody's. */
export async function installForBench(): Promise<Installed> {
  const stack = new AsyncDisposableStack();
  try {
    const proxy = stack.use(await startApiProxy());
    const api = openClusterApi(proxy.url);
    if ((await api.list('Deployment', { namespace: HOME })).length > 0) {
      throw new Error(`Mooring is installed in namespace ${HOME} already. Uninstall it, or take another cluster.`);
    }
    await removeEverything(api);
    const isGone = async () => (await api.list('Namespace')).every(({ metadata }) => metadata.name !== HOME);
    await until(isGone, `namespace ${HOME} to go`, 120_000);
    stack.defer(async () => removeEverything(api));
    const port = await freePort();
    const publicUrl = `http://localhost:${port}`;
    const installedMs = await installRelease({ publicUrl });
    tell(`installed, every pod ready after ${(installedMs / 1000).toFixed(1)} s`);
    stack.use(await forwardPort(HOME, 'service/mooring-gateway', 8080, port));
    const pods = await podsOf(api, 'operator');
    const operators = await Promise.all(
      pods.map(async ({ metadata }) => stack.use(await forwardPort(HOME, `pod/${metadata.name}`, HEALTH_PORT)).port),
    );
    return {
      api,
      installedMs,
      endpoint: (server) => `${publicUrl}/api/v1/mcp/${server}/mcp`,
      metrics: async () => readMetrics((await Promise.all(operators.map(metricsAt))).join('\n')),
      [Symbol.asyncDispose]: async () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function metricsAt(port: number): Promise<string> {
  const headers = { host: `localhost:${HEALTH_PORT}` };
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/metrics`, { headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`metrics of the operator: ${statusCode} ${text}`);
  return text;
}
