import { CONTROL_PORT } from '../../e2e-cluster/toolbox/ports.ts';
import type { Fault } from '../../e2e-cluster/toolbox/fault-proxy.ts';
import type { Fetch, Fetched } from '../../e2e-cluster/toolbox/fetch-once.ts';
import type { Counts, TrafficOptions } from '../../e2e-cluster/toolbox/traffic.ts';
import type { ClusterApi } from './cluster-api.ts';
import { IMAGES, reference } from './images.ts';
import { RESTRICTED } from './restricted.ts';

const NAME = 'toolbox';

/** The pod of test/e2e-cluster/toolbox, as tests use it: through the API server, which is not the way that faults are put on. */
export interface Toolbox {
  fetch(request: Fetch): Promise<Fetched>;
  fault(fault: Fault): Promise<{ connections: number }>;
  /** Steady calls until it is disposed of or stopped. */
  traffic(options: TrafficOptions): Promise<RunningTraffic>;
}

export interface RunningTraffic extends AsyncDisposable {
  counts(): Promise<Counts>;
  stop(): Promise<Counts>;
}

/** `relayTo`: host:port of what its relay port leads to. */
export const toolboxPod = (namespace: string, relayTo: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: NAME, namespace, labels: { app: NAME } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: NAME,
        image: reference(IMAGES.testServers),
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '--disable-warning=ExperimentalWarning', '/opt/mooring/test/e2e-cluster/toolbox/main.ts'],
        env: [{ name: 'RELAY_TO', value: relayTo }],
        readinessProbe: { httpGet: { path: '/healthz', port: CONTROL_PORT }, periodSeconds: 1 },
        ...RESTRICTED.container,
      },
    ],
    ...RESTRICTED.pod,
  },
});

export function useToolbox(api: ClusterApi, namespace: string): Toolbox {
  const call = async <T>(path: string, method: string, body?: object): Promise<T> =>
    api.request<T>(`/api/v1/namespaces/${namespace}/pods/${NAME}:${CONTROL_PORT}/proxy${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    fetch: (request) => call('/fetch', 'POST', request),
    fault: (fault) => call('/fault', 'POST', fault),
    traffic: async (options) => {
      const { id } = await call<{ id: string }>('/traffic', 'POST', options);
      let stopped: Promise<Counts> | undefined;
      const stop = async (): Promise<Counts> => (stopped ??= call<Counts>(`/traffic/${id}`, 'DELETE'));
      return {
        counts: () => call<Counts>(`/traffic/${id}`, 'GET'),
        stop,
        [Symbol.asyncDispose]: async () => void (await stop()),
      };
    },
  };
}
