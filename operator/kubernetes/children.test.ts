import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer } from '../../test/support/api-server.ts';
import { kindOf, soon, startCluster, type TestCluster } from '../testdata/cluster.ts';
import { tamper } from '../testdata/kubelet.ts';
import type { Deployment } from './deployment.ts';

const IMAGE = { image: 'example.com/notes:1' };

let cluster: TestCluster;
beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);
beforeEach(async () => {
  cluster = await startCluster({ tryAgain: 300, wait: 100 });
});
afterEach(async () => cluster?.[Symbol.asyncDispose]());

const deployment = async (name: string): Promise<Deployment> => (await cluster.child('Deployment', name)) as Deployment;
const envOf = ({ spec }: Deployment) =>
  (spec.template.spec as { containers: { env: { name: string }[] }[] }).containers[0]?.env.map(({ name }) => name);

test('what a server needs is made, and belongs to it', async () => {
  await cluster.apply('made', IMAGE);
  await cluster.reason('made', 'Ready', 'Starting');
  const uid = cluster.server('made')?.metadata.uid;
  for (const kind of ['Deployment', 'Service', 'ServiceAccount', 'NetworkPolicy']) {
    const child = await cluster.child(kind, 'made');
    expect(child?.metadata.ownerReferences).toEqual([expect.objectContaining({ uid, controller: true })]);
  }
  expect(await cluster.child('PodDisruptionBudget', 'made')).toBeUndefined();
});

test('what is not needed any more is removed', async () => {
  await cluster.apply('pruned', { ...IMAGE, replicas: 2 });
  await soon(async () => expect(await cluster.child('PodDisruptionBudget', 'pruned')).toBeDefined());
  await cluster.apply('pruned', { ...IMAGE, replicas: 1 });
  await soon(async () => expect(await cluster.child('PodDisruptionBudget', 'pruned')).toBeUndefined());
});

test.each(['Deployment', 'Service', 'ServiceAccount', 'NetworkPolicy'])(
  'a %s that was deleted is back at once',
  async (kind) => {
    await cluster.apply('back', IMAGE);
    await soon(async () => expect(await cluster.child('Deployment', 'back')).toBeDefined());
    const before = await cluster.child(kind, 'back');
    await cluster.remove(kind, 'back');
    await soon(async () => {
      const after = await cluster.child(kind, 'back');
      expect(after?.metadata.uid).toBeDefined();
      expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    }, 3000);
  },
);

test('what somebody changed is changed back, what somebody added stays', async () => {
  await cluster.apply('tampered', IMAGE);
  await soon(async () => expect(await cluster.child('Deployment', 'tampered')).toBeDefined());
  await tamper(cluster, 'Service', 'tampered', {
    metadata: { annotations: { theirs: 'a' } },
    spec: { selector: { 'mooring.dev/server': 'other' } },
  });
  await soon(async () => {
    const service = (await cluster.child('Service', 'tampered')) as KubernetesObject & { spec: { selector: object } };
    expect(service.spec.selector).toEqual({ 'mooring.dev/server': 'tampered' });
    expect(service.metadata.annotations).toMatchObject({ theirs: 'a' });
  }, 3000);
  await tamper(cluster, 'NetworkPolicy', 'tampered', {
    metadata: { labels: { 'app.kubernetes.io/managed-by': null } },
  });
  await soon(async () => {
    const { metadata } = (await cluster.child('NetworkPolicy', 'tampered')) ?? { metadata: {} };
    expect(metadata).toMatchObject({ labels: { 'app.kubernetes.io/managed-by': 'mooring' } });
  }, 3000);
});

test('a door that somebody opens in the NetworkPolicy is shut again', async () => {
  await cluster.apply('shut', IMAGE);
  await soon(async () => expect(await cluster.child('Deployment', 'shut')).toBeDefined());
  const before = (await cluster.child('NetworkPolicy', 'shut')) as KubernetesObject & { spec: { ingress: object[] } };
  const [rule] = before.spec.ingress;
  const opened = { spec: { ingress: [{ ...rule, from: [{ namespaceSelector: {} }] }] } };
  const { metadata } = await tamper(cluster, 'NetworkPolicy', 'shut', opened);
  await soon(async () => {
    const after = await cluster.child('NetworkPolicy', 'shut');
    expect(after?.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
    expect(after?.['spec']).toEqual(before.spec);
  }, 3000);
});

test('a field that is not asked for any more goes away', async () => {
  await cluster.apply('fields', {
    ...IMAGE,
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  });
  await soon(async () => expect(envOf(await deployment('fields'))).toEqual(expect.arrayContaining(['A', 'B'])));
  await cluster.apply('fields', { ...IMAGE, env: [{ name: 'B', value: '2' }] });
  await soon(async () => expect(envOf(await deployment('fields'))).not.toContain('A'));
});

test('an edit of policy touches no pod and no child', async () => {
  await cluster.apply('policy', IMAGE);
  await cluster.reason('policy', 'Ready', 'Starting');
  const before = await cluster.versions();
  await cluster.apply('policy', { ...IMAGE, title: 'Notes', oauth: { required: false }, displayInWeb: true });
  await soon(() => expect(cluster.server('policy')?.status?.observedGeneration).toBe(2));
  expect(await cluster.versions()).toEqual(before);
});

test('a second look writes nothing; neither does a restart', async () => {
  // The API server writes both quantities in another way.
  const resources = { limits: { cpu: '0.5', memory: '1024Mi' } };
  await cluster.apply('quiet', { ...IMAGE, replicas: 2, network: { egress: [] }, resources });
  await cluster.reason('quiet', 'Ready', 'Starting');
  // An object changes in a way that is none of our business: everybody looks.
  await tamper(cluster, 'Deployment', 'quiet', { metadata: { labels: { theirs: 'a' } } });
  await sleep(300);
  const [writes, versions] = [cluster.writes().length, await cluster.versions()];
  await tamper(cluster, 'McpServer', 'quiet', { metadata: { labels: { theirs: 'a' } } });
  await sleep(500);
  expect(cluster.writes()).toHaveLength(writes);
  expect(await cluster.versions()).toEqual(versions);
  await cluster.restart();
  await sleep(300);
  expect(cluster.writes()).toEqual([]);
});

test('what the API server writes in another way than we do is written once, and changes nothing after a restart', async () => {
  const valueFrom = { resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } };
  const podTemplate = { spec: { containers: [{ name: 'server', env: [{ name: 'CPUS', valueFrom }] }] } };
  await cluster.apply('odd', { ...IMAGE, podTemplate });
  await cluster.reason('odd', 'Ready', 'Starting');
  const [writes, versions] = [cluster.writes().length, await cluster.versions()];
  await tamper(cluster, 'McpServer', 'odd', { metadata: { labels: { theirs: 'a' } } });
  await sleep(500);
  expect(cluster.writes()).toHaveLength(writes);
  await cluster.restart();
  await sleep(300);
  expect(await cluster.versions()).toEqual(versions);
  await cluster.apply('odd', { ...IMAGE });
});

test('switched off: no pods, and it says so', async () => {
  await cluster.apply('off', { ...IMAGE, enabled: false });
  expect(await cluster.reason('off', 'Ready', 'Disabled')).toContain('spec.enabled');
  expect((await deployment('off')).spec.replicas).toBe(0);
  expect(cluster.condition('off', 'Reconciling')).toBeUndefined();
  await cluster.apply('off', { ...IMAGE, replicas: 0 });
  expect(await cluster.reason('off', 'Ready', 'ScaledToZero')).toContain('spec.replicas is 0');
  expect(cluster.condition('off', 'Reconciling')).toBeUndefined();
  expect(cluster.condition('off', 'Stalled')).toBeUndefined();
});

test('an autoscaler takes over as many pods as there are; switched off and on, it begins with one', async () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 9 };
  const resources = { requests: { cpu: '100m' } };
  const replicas = async () => (await deployment('scaled')).spec.replicas;
  await cluster.apply('scaled', { ...IMAGE, replicas: 3, resources });
  await soon(async () => expect(await cluster.child('Deployment', 'scaled')).toBeDefined());
  await cluster.apply('scaled', { ...IMAGE, resources, autoscaling });
  await soon(async () => expect(await cluster.child('HorizontalPodAutoscaler', 'scaled')).toBeDefined());
  expect(await replicas()).toBe(3);

  await tamper(cluster, 'Deployment', 'scaled', { spec: { replicas: 5 } });
  await cluster.apply('scaled', { image: 'example.com/notes:2', resources, autoscaling });
  await soon(async () => expect(JSON.stringify(await deployment('scaled'))).toContain('notes:2'));
  expect(await replicas()).toBe(5);

  await cluster.apply('scaled', { ...IMAGE, resources, autoscaling, enabled: false });
  await soon(async () => expect(await replicas()).toBe(0));
  await cluster.apply('scaled', { ...IMAGE, resources, autoscaling });
  await soon(async () => expect(await replicas()).toBe(1));
});

const foreign = async (kind: string, name: string, owners: object[] = []): Promise<KubernetesObject> =>
  cluster.api.request({
    method: 'POST',
    path: pathOf(kindOf(kind), cluster.namespace),
    body: {
      apiVersion: kindOf(kind).apiVersion,
      kind,
      metadata: { name, ownerReferences: owners },
      ...(kind === 'Service' && { spec: { ports: [{ port: 80 }] } }),
    },
  });

test.each(['Service', 'ServiceAccount'])(
  'a %s of somebody else is not touched, and nothing else is made',
  async (kind) => {
    const name = `taken-${kind.toLowerCase()}`;
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'theirs',
      uid: '7d0c63ee-4c66-4f4b-9a7e-0d7d2a0d0a01',
      controller: true,
    };
    const before = await foreign(kind, name, [owner]);
    await cluster.apply(name, IMAGE);
    const message = await cluster.reason(name, 'Accepted', 'Conflict');
    expect(message).toContain(`${kind} ${cluster.namespace}/${name} is there already and belongs to Deployment theirs`);
    expect(cluster.condition(name, 'Ready')).toMatchObject({ status: 'False', reason: 'Conflict' });
    expect((await cluster.child(kind, name))?.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await cluster.child('Deployment', name)).toBeUndefined();
    await cluster.remove(kind, name);
    await cluster.reason(name, 'Accepted', 'Accepted');
  },
);

test('an object that somebody makes between our look and our write is not touched either', async () => {
  let theirs: KubernetesObject | undefined;
  cluster.before('serviceaccounts', async () => (theirs = await foreign('ServiceAccount', 'race')));
  await cluster.apply('race', IMAGE);
  expect(await cluster.reason('race', 'Accepted', 'Conflict')).toContain('was made by somebody else');
  const { metadata } = (await cluster.child('ServiceAccount', 'race')) ?? {};
  expect(metadata?.resourceVersion).toBe(theirs?.metadata.resourceVersion);
  expect(metadata?.ownerReferences).toBeUndefined();
});

test('what an earlier server of the name left behind is waited for', async () => {
  const owner = {
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    name: 'again',
    uid: '7d0c63ee-4c66-4f4b-9a7e-0d7d2a0d0a02',
    controller: true,
  };
  await foreign('Service', 'again', [owner]);
  await cluster.apply('again', IMAGE);
  await cluster.reason('again', 'Accepted', 'Accepted');
  await sleep(300);
  expect(await cluster.child('Deployment', 'again')).toBeUndefined();
  await cluster.remove('Service', 'again');
  await soon(async () => expect(await cluster.child('Deployment', 'again')).toBeDefined(), 2000);
});
