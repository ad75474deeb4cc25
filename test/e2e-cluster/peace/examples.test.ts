import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { childrenOf } from '../../support/cluster/children.ts';
import type { ClusterObject } from '../../support/cluster/cluster-api.ts';
import { farServer, type FarServer } from '../../support/cluster/far-server.ts';
import { IMAGES, reference } from '../../support/cluster/images.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples', 'kubernetes');
const cluster = useCluster();
const { api } = cluster;
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-examples');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

interface Example extends ClusterObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The objects of an example, with an image that there is. */
async function read(file: string): Promise<readonly Example[]> {
  const documents = parseAllDocuments(await readFile(join(EXAMPLES, file), 'utf8'));
  return documents
    .map((document) => document.toJS() as Example)
    .map((object) =>
      object.spec?.['image'] === undefined
        ? object
        : { ...object, spec: { ...object.spec, image: reference(IMAGES.testServers), args: ['kit'] } },
    );
}

async function apply(file: string): Promise<void> {
  for (const object of await read(file)) await api.apply(object, namespace.name);
}

const kinds = async (server: string) => (await childrenOf(api, namespace.name, server)).map(({ kind }) => kind).sort();
const BASE = ['Deployment', 'NetworkPolicy', 'Service', 'ServiceAccount'];

test('every example is run here', async () => {
  expect((await readdir(EXAMPLES)).sort()).toEqual(['autoscaled.yaml', 'hello.yaml', 'notes.yaml', 'remote.yaml']);
});

test('hello.yaml', async () => {
  await apply('hello.yaml');
  await namespace.ready('hello');
  expect(await callTool(cluster.endpoint('hello'), 'echo', { text: 'hi' }, await cluster.token('hello'))).toContain(
    'hi',
  );
  expect(await kinds('hello')).toEqual(BASE);
});

test('notes.yaml', async () => {
  await apply('notes.yaml');
  await namespace.servers.first(
    'both pods',
    ({ metadata, status }) => metadata.name === 'notes' && status?.replicas === 2,
  );
  expect(await callTool(cluster.endpoint('notes'), 'echo', {}, await cluster.token('notes'))).toContain('1.0.0');
  expect(await kinds('notes')).toEqual([...BASE, 'PodDisruptionBudget'].sort());
  const pod = namespace.pods.seen.findLast(({ object }) => object.metadata.labels?.['mooring.dev/server'] === 'notes');
  expect(pod?.object.metadata.annotations).toMatchObject({ 'prometheus.io/scrape': 'true' });
});

test('autoscaled.yaml', async () => {
  await apply('autoscaled.yaml');
  await namespace.ready('docs-search');
  await until(
    async () => (await callTool(cluster.endpoint('docs-search'), 'echo').catch(String)).includes('1.0.0'),
    'an answer without a token',
    2000,
  );
  expect(await kinds('docs-search')).toEqual([...BASE, 'HorizontalPodAutoscaler'].sort());
  const catalogue = await (await fetch(`${cluster.publicUrl}/api/v1/mcp/registry`)).text();
  expect(catalogue).toContain('"docs-search"');
});

test('remote.yaml: until the owner of the Secret lets the gateway read it, the condition says by which Role', async () => {
  const far = farServer(cluster.toolboxNamespace);
  for (const object of far.objects) await api.apply(object, cluster.toolboxNamespace);
  const objects = (await read('remote.yaml')).map((object) => pointTo(far, object));
  const [secret, , , server] = objects;
  await api.apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'far-ca' }, data: { 'ca.crt': far.authority } },
    namespace.name,
  );
  for (const object of [secret, server]) await api.apply(object ?? {}, namespace.name);
  const refused = await namespace.servers.first(
    'AccessMissing',
    (each) => each.metadata.name === 'crm' && conditionIn(each, 'Ready')?.reason === 'AccessMissing',
    { explain: () => namespace.story('crm') },
  );
  const message = conditionIn(refused.object, 'Ready')?.message ?? '';
  const roles = parseAllDocuments(message.slice(message.indexOf('apiVersion:'))).map((each) => each.toJS() as object);
  expect(roles).toHaveLength(2);
  for (const role of roles) await api.apply(role, namespace.name);
  await namespace.ready('crm', refused.at);
  expect(await callTool(cluster.endpoint('crm'), 'echo', { text: 'hi' }, await cluster.token('crm'))).toBe(
    'far far hi',
  );
  expect(await kinds('crm')).toEqual([]);
});

/** The example, with a server that there is. */
function pointTo(far: FarServer, object: Example): object {
  if (object.kind === 'Secret') {
    const annotations = { 'mooring.dev/remote-host': far.host };
    return {
      ...object,
      metadata: { ...object.metadata, annotations },
      stringData: { Authorization: far.authorization },
    };
  }
  if (object.kind !== 'McpServer') return object;
  const remote = {
    ...(object.spec['remote'] as object),
    url: far.url,
    caBundleFrom: { configMapRef: { name: 'far-ca' } },
  };
  return { ...object, spec: { ...object.spec, remote } };
}
