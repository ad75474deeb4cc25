import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { openKubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { clusterVersions } from './cluster-versions.ts';

let space: TestNamespace;

beforeAll(async () => {
  await testApiServer();
  space = await testNamespace();
  // The label says what the chart was made for; whoever set another image runs that.
  await deploy('gateway', 'registry.example.com:5000/mooring:0.2.1');
  await deploy('operator', `example/mooring@sha256:${'0'.repeat(64)}`);
  await deploy('database', 'example/mooring:0.2.1');
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => space?.[Symbol.asyncDispose]());

async function deploy(component: string, image: string): Promise<void> {
  const labels = { 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': component };
  await space.api.request({
    method: 'POST',
    path: `/apis/apps/v1/namespaces/${space.name}/deployments`,
    body: {
      metadata: { name: component, labels: { ...labels, 'app.kubernetes.io/version': '0.2.0' } },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: component, image }] } },
      },
    },
  });
}

const PARTS = [
  { part: 'gateway', version: '0.2.1', image: 'registry.example.com:5000/mooring:0.2.1' },
  { part: 'operator', version: '0.2.0', image: expect.stringContaining('@sha256:') },
];

test('gateway and operator, wherever they are', async () => {
  const found = await clusterVersions(space.api, 'default');
  expect(found.filter(({ namespace }) => namespace === space.name)).toMatchObject(PARTS);
});

test('who may look into one namespace alone is told of that one; who may not even that gets an error', async () => {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${space.name}`;
  const make = async (path: string, body: object): Promise<unknown> =>
    space.api.request({ method: 'POST', path: `${rbac}/${path}`, body });
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }];
  await make('roles', { metadata: { name: 'lister' }, rules });
  await make('rolebindings', {
    metadata: { name: 'lister' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'lister' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'lister' }],
  });
  const api = openKubernetesApi({ kubeconfig: await space.server.kubeconfigFor({ commonName: 'lister' }) });
  expect(await clusterVersions(api, space.name)).toMatchObject(PARTS);
  await expect(clusterVersions(api, 'default')).rejects.toMatchObject({ status: 403 });
  await api.close();
});
