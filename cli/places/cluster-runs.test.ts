import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { openKubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { clusterRuns } from './cluster-runs.ts';
import type { ServerView } from './place.ts';
import type { SeenRuns } from './server-runs.ts';
import { startKubelet, type TestKubelet } from './testdata/kubelet.ts';

let space: TestNamespace;
let kubelet: TestKubelet;

beforeAll(async () => {
  await testApiServer();
  space = await testNamespace();
  kubelet = await startKubelet(space);
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await space?.[Symbol.asyncDispose]();
});

const view = (name: string): ServerView => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name, namespace: space.name },
  spec: {},
});

const runsOf = async (...names: readonly string[]): Promise<SeenRuns> =>
  clusterRuns(space.api, space.name, names.map(view));

test('what serves, what waits, and how the container before ended', async () => {
  const [well, crashed, fresh] = [
    await kubelet.pod('well'),
    await kubelet.pod('crashed'),
    await kubelet.pod('crashed'),
  ];
  await well.runs();
  await well.becomesReady();
  await crashed.runs();
  await crashed.ends(1);
  await crashed.runs();
  await crashed.ends(3, { message: '' });
  await crashed.runs();
  const { servers, notes } = await runsOf('well', 'crashed', 'none');
  const run = { what: 'example/notes:1', port: 9000 };
  expect(servers).toEqual([
    {
      namespace: space.name,
      name: 'well',
      runs: [
        {
          ...run,
          id: well.name,
          state: 'running',
          serving: true,
          restarts: 0,
          startedAt: expect.stringMatching(/^2.*Z$/),
          lastEnd: undefined,
        },
      ],
    },
    {
      namespace: space.name,
      name: 'crashed',
      runs: expect.arrayContaining([
        {
          ...run,
          id: crashed.name,
          state: 'running',
          serving: false,
          restarts: 2,
          startedAt: expect.any(String),
          lastEnd: { at: expect.stringMatching(/Z$/), message: 'It ended with exit code 3.' },
        },
        {
          ...run,
          id: fresh.name,
          state: 'waiting',
          serving: false,
          restarts: 0,
          startedAt: undefined,
          lastEnd: undefined,
        },
      ]),
    },
    { namespace: space.name, name: 'none', runs: [] },
  ]);
  expect(notes).toEqual([{ code: 'no_usage', message: expect.stringContaining('install metrics-server') }]);
});

test('the last output is masked, and why it ended is told', async () => {
  const pod = await kubelet.pod('full');
  await pod.runs();
  await pod.ends(137, { reason: 'OOMKilled', message: 'heap is full\npassword=hunter2\n' });
  const { servers } = await runsOf('full');
  expect(servers[0]?.runs[0]).toMatchObject({
    state: 'waiting',
    lastEnd: { message: 'It ended with exit code 137 (OOMKilled).', output: 'heap is full\npassword=***' },
  });
});

test('who may not see pods gets a note, and no server that seems to have none', async () => {
  const api = openKubernetesApi({ kubeconfig: await space.server.kubeconfigFor({ commonName: 'stranger' }) });
  expect(await clusterRuns(api, space.name, [view('well')])).toEqual({
    servers: [],
    notes: [
      { code: 'forbidden', message: expect.stringMatching(/User "stranger" cannot list .*pods.*ClusterRole `view`/) },
    ],
  });
  await api.close();
});

test('memory and CPU of all containers, where the cluster measures them', async () => {
  const pod = await kubelet.pod('measured');
  await pod.runs();
  // The API of metrics-server, kept by a definition of our own.
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const name = 'pods.metrics.k8s.io';
  await space.api.request({ method: 'POST', path: definitions, body: POD_METRICS });
  try {
    const metrics = `/apis/metrics.k8s.io/v1beta1/namespaces/${space.name}/pods`;
    const body = {
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { name: pod.name, labels: { 'mooring.dev/server': 'measured' } },
      containers: [
        { name: 'server', usage: { cpu: '120500000n', memory: '20480Ki' } },
        { name: 'beside', usage: { cpu: '1m', memory: '1Mi' } },
      ],
    };
    await vi.waitFor(async () => space.api.request({ method: 'POST', path: metrics, body }), { timeout: 20_000 });
    const { servers, notes } = await runsOf('measured');
    expect(servers[0]?.runs[0]).toMatchObject({ id: pod.name, memoryBytes: 21 * 2 ** 20, cpuCores: 0.1215 });
    expect(notes).toEqual([]);
  } finally {
    await space.api.request({ method: 'DELETE', path: `${definitions}/${name}` });
  }
});

const POD_METRICS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'pods.metrics.k8s.io',
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
  },
  spec: {
    group: 'metrics.k8s.io',
    names: { plural: 'pods', kind: 'PodMetrics' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
