import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { pathOf, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer } from '../../test/support/api-server.ts';
import { MERGE, soon, startCluster, type TestCluster } from '../testdata/cluster.ts';

const IMAGE = { image: 'example.com/notes:1' };
const QUICK = { tryAgain: 500, wait: 100, patience: 500 };

beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster(QUICK);
});
afterAll(async () => cluster?.[Symbol.asyncDispose]());

const QUOTAS: ResourceKind = { apiVersion: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas' };
const SERVICES: ResourceKind = { apiVersion: 'v1', kind: 'Service', plural: 'services' };
const POLICIES: ResourceKind = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
};
const BINDINGS: ResourceKind = {
  ...POLICIES,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
};

/** Makes an object that goes with the test. */
async function make(kind: ResourceKind, name: string, content: object, namespace?: string): Promise<void> {
  const { apiVersion } = kind;
  const body = { apiVersion, kind: kind.kind, metadata: { name }, ...content };
  await cluster.api.request({ method: 'POST', path: pathOf(kind, namespace), body });
  onTestFinished(async () => {
    await cluster.api.request({ method: 'DELETE', path: pathOf(kind, namespace, name) });
  });
}

test('what the API server calls invalid is told, and not tried over and over', async () => {
  const spec = { containers: [{ name: 'server', livenessProbe: { httpGet: { path: '/x' } } }] };
  await cluster.apply('invalid', { ...IMAGE, podTemplate: { spec } });
  expect(await cluster.reason('invalid', 'Ready', 'InvalidPod')).toMatch(
    /livenessProbe\.httpGet\.port.*spec\.podTemplate/,
  );
  expect(cluster.condition('invalid', 'Stalled')?.status).toBe('True');
  const writes = cluster.writes().length;
  await sleep(1200);
  expect(cluster.writes().length - writes).toBeLessThanOrEqual(3);
  await cluster.apply('invalid', IMAGE);
  await cluster.reason('invalid', 'Ready', 'Starting');
});

test('a field that pods do not have is named', async () => {
  await cluster.apply('unknown', { ...IMAGE, podTemplate: { spec: { nope: 1 } } });
  expect(await cluster.reason('unknown', 'Ready', 'InvalidPod')).toContain(
    '.spec.template.spec.nope: field not declared',
  );
});

test('a quota is named; raised, the server goes on', async () => {
  const { namespace, api } = cluster;
  const limit = (count: string) => ({
    hard: { 'count/deployments.apps': count },
    used: { 'count/deployments.apps': '0' },
  });
  const path = pathOf(QUOTAS, namespace, 'few', 'status');
  // No controller counts here: the status says what it would.
  const setLimit = async (count: string) =>
    api.request({ method: 'PATCH', path, contentType: MERGE, body: { status: limit(count) } });
  await make(QUOTAS, 'few', { spec: { hard: { 'count/deployments.apps': '0' } } }, namespace);
  await setLimit('0');
  await cluster.apply('quota', IMAGE);
  expect(await cluster.reason('quota', 'Ready', 'QuotaExceeded')).toMatch(
    /exceeded quota: few, requested: count\/deployments\.apps=1/,
  );
  const message = cluster.condition('quota', 'Ready')?.message;
  await sleep(1200);
  expect(cluster.condition('quota', 'Ready')?.message).toBe(message);
  await api.request({
    method: 'PATCH',
    path: pathOf(QUOTAS, namespace, 'few'),
    contentType: MERGE,
    body: { spec: { hard: { 'count/deployments.apps': '9' } } },
  });
  await setLimit('9');
  await cluster.reason('quota', 'Ready', 'Starting');
});

test('while one child is refused, the others are kept', async () => {
  // Not tried again within the test: what is back was put back at once.
  await using slow = await startCluster({ ...QUICK, tryAgain: 60_000 });
  const spec = { containers: [{ name: 'server', livenessProbe: { httpGet: { path: '/x' } } }] };
  await slow.apply('half', { ...IMAGE, podTemplate: { spec } });
  await slow.reason('half', 'Ready', 'InvalidPod');
  const before = await slow.child('Service', 'half');
  await slow.remove('Service', 'half');
  await soon(async () => {
    const { uid } = (await slow.child('Service', 'half'))?.metadata ?? {};
    expect(uid).toBeDefined();
    expect(uid).not.toBe(before?.metadata.uid);
  }, 3000);
  expect(slow.condition('half', 'Ready')?.reason).toBe('InvalidPod');
});

test('what an earlier server left behind and does not go is named', async () => {
  const { api, namespace } = cluster;
  const owner = { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', name: 'held', controller: true };
  const uid = '7d0c63ee-4c66-4f4b-9a7e-0d7d2a0d0a04';
  const metadata = { name: 'held', finalizers: ['example.com/hold'], ownerReferences: [{ ...owner, uid }] };
  const path = pathOf(SERVICES, namespace);
  await api.request({ method: 'POST', path, body: { metadata, spec: { ports: [{ port: 80 }] } } });
  await api.request({ method: 'DELETE', path: `${path}/held` });
  await cluster.apply('held', IMAGE);
  expect(await cluster.reason('held', 'Ready', 'OldChildRemains')).toMatch(
    /Service .*\/held of an earlier server .*finalizers \(example\.com\/hold\)/,
  );
  const body = { metadata: { finalizers: null } };
  await api.request({ method: 'PATCH', path: `${path}/held`, contentType: MERGE, body });
  await cluster.reason('held', 'Ready', 'Starting');
});

test('an admission policy is named with what it says', async () => {
  const { namespace } = cluster;
  const name = `policy-${namespace}`;
  const rules = [
    { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] },
  ];
  const validations = [{ expression: "object.metadata.name != 'denied'", message: 'not this name' }];
  await make(POLICIES, name, { spec: { matchConstraints: { resourceRules: rules }, validations } });
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  await make(BINDINGS, name, {
    spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector } },
  });
  // A policy is in force moments after it is made; until then the server comes to be.
  await soon(async () => {
    await cluster.apply('denied', { ...IMAGE, title: String(performance.now()) });
    await cluster.api
      .request({ method: 'DELETE', path: `/apis/apps/v1/namespaces/${namespace}/deployments/denied` })
      .catch(() => {});
    await sleep(300);
    expect(cluster.condition('denied', 'Ready')?.reason).toBe('ForbiddenByAdmission');
  });
  expect(cluster.condition('denied', 'Ready')?.message).toContain('not this name');
});

test('in a namespace that is being deleted nothing is tried over and over', async () => {
  await using other = await startCluster(QUICK);
  await other.apply('leaving', IMAGE);
  await other.reason('leaving', 'Ready', 'Starting');
  await other.api.request({ method: 'DELETE', path: `/api/v1/namespaces/${other.namespace}` });
  await other.remove('Deployment', 'leaving');
  await sleep(300);
  const writes = other.writes().length;
  await sleep(1200);
  expect(other.writes().length - writes).toBeLessThanOrEqual(4);
  expect(other.condition('leaving', 'Accepted')?.status).toBe('True');
  expect(other.condition('leaving', 'Stalled')).toBeUndefined();
});
