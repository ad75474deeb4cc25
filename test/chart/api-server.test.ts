import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { kubectl } from '../support/kubernetes-tools.ts';
import { installYaml } from '../../charts/generate-install.ts';
import { NAMESPACED, objectsOf, PRODUCTION, render } from './render.ts';
import { apply } from './apply.ts';

/** Kinds of others, whose definitions this API server does not have. */
const FOREIGN = new Set(['HTTPRoute', 'ServiceMonitor']);

let home: TestNamespace;
beforeAll(async () => {
  home = await testNamespace();
  const metadata = { name: home.name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } };
  await apply(home.api, { apiVersion: 'v1', kind: 'Namespace', metadata });
}, API_SERVER_TIMEOUT_MS);
afterAll(() => home[Symbol.asyncDispose]());

const DRY_RUN = { dryRun: 'All' };

test.each([
  ['default', {}],
  ['production', PRODUCTION],
  ['namespaced', { ...NAMESPACED, watchNamespaces: ['default'] }],
])('the API server takes every object: %s', async (_, values) => {
  const objects = (await render(values, home.name)).filter(({ kind }) => !FOREIGN.has(kind));
  expect(objects.length).toBeGreaterThan(15);
  for (const object of objects) await expect(apply(home.api, object, DRY_RUN)).resolves.toBeDefined();
});

test('every pod is admitted where Pod Security is restricted', async () => {
  const objects = await render({ ...NAMESPACED, watchNamespaces: [] }, home.name);
  const templates = objects.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind));
  expect(templates.map(({ metadata }) => metadata.name).sort()).toEqual([
    'mooring-database',
    'mooring-gateway',
    'mooring-operator',
  ]);
  const path = pathOf({ apiVersion: 'v1', kind: 'Pod', plural: 'pods' }, home.name);
  for (const { metadata, ...object } of templates) {
    await apply(home.api, serviceAccount(metadata.name));
    const { spec } = (object['spec'] as { template: { spec: object } }).template;
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: metadata.name }, spec };
    await home.api.request({ method: 'POST', path, query: DRY_RUN, body });
  }
});

const serviceAccount = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: home.name },
});

test('the API server takes install.yaml', async () => {
  // A dry run of what is in a namespace needs that namespace.
  const objects = objectsOf((await installYaml()).replaceAll('mooring-system', home.name));
  for (const object of objects) await expect(apply(home.api, object, DRY_RUN)).resolves.toBeDefined();
});

test('the API server takes the servers of examples/gitops', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'examples', 'gitops', 'servers', 'production');
  const objects = objectsOf(await kubectl('kustomize', folder));
  expect(objects.map(({ kind }) => kind)).toEqual(['Namespace', 'McpServer']);
  for (const object of objects) {
    const inHome = { ...object.metadata, ...(object.kind === 'McpServer' && { namespace: home.name }) };
    await apply(home.api, { ...object, metadata: inHome }, DRY_RUN);
  }
});
