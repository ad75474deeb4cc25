import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../../test/support/api-server.ts';
import { review } from '../kubernetes/review.ts';
import { arbitrarySpec } from '../testdata/arbitrary-spec.ts';
import { serverOf } from '../testdata/manifest.ts';
import { canonicalQuantity } from './canonical-quantity.ts';
import { buildChildren, CHILD_KINDS } from './children.ts';
import { identityConfigMap } from './identity-config-map.ts';
import type { DeploymentSpec } from './kubernetes-types.ts';

type Spec = Parameters<typeof serverOf>[0];

let namespace: TestNamespace;

beforeAll(async () => {
  namespace = await testNamespace();
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => namespace?.[Symbol.asyncDispose]());

const QUERY = { fieldManager: 'mooring', force: true, fieldValidation: 'Strict', dryRun: 'All' };

/** What the API server would store. Throws where it refuses the object. */
async function admit(object: KubernetesObject): Promise<KubernetesObject> {
  const kinds = [...CHILD_KINDS, { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' }];
  const kind = kinds.find((each) => each.kind === object.kind);
  if (!kind) throw new Error(`no path of ${object.kind}`);
  return namespace.api.request({
    method: 'PATCH',
    path: pathOf(kind, object.metadata.namespace, object.metadata.name),
    query: QUERY,
    body: object,
    contentType: 'application/apply-patch+yaml',
  });
}

const build = (spec: Spec): readonly KubernetesObject[] =>
  buildChildren(serverOf(spec, { namespace: namespace.name }), {
    home: 'mooring-system',
    publicUrl: 'https://mcp.example.com',
  });

/** Every place that `wanted` names is stored as it is wanted: then a second reconcile has nothing to write. */
async function expectKept(objects: readonly KubernetesObject[]): Promise<void> {
  for (const wanted of objects) {
    const stored = await admit(wanted);
    expect(only(stored, wanted), `${wanted.kind} ${JSON.stringify(wanted['spec'])}`).toEqual(wanted);
  }
}

/** Of `stored` only what `wanted` names, list entry by list entry. */
function only(stored: unknown, wanted: unknown): unknown {
  if (Array.isArray(stored) && Array.isArray(wanted)) return stored.map((entry, index) => only(entry, wanted[index]));
  if (!isFields(stored) || !isFields(wanted)) return stored;
  return Object.fromEntries(Object.keys(wanted).map((field) => [field, only(stored[field], wanted[field])]));
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const EVERYTHING: Spec = {
  image: 'example/notes:1',
  binary: 'notes',
  args: ['--port', '$(PORT)'],
  env: [
    { name: 'EMPTY', value: '' },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ],
  envFrom: [{ prefix: 'C_', configMapRef: { name: 'c' } }],
  volumes: [
    { name: 'a', mountPath: '/a', emptyDir: { sizeLimit: '1024Mi' } },
    { name: 'b', mountPath: '/b', readOnly: false, persistentVolumeClaim: { claimName: 'p' } },
  ],
  resources: { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { cpu: 1 } },
  imagePullSecrets: [{ name: 'p' }],
  replicas: 2,
  network: { egress: [{ cidr: '0.0.0.0/0', ports: [443] }, { cidr: '2001:DB8::1/32' }] },
  podTemplate: {
    spec: {
      initContainers: [{ name: 'setup', image: 'a', resources: { limits: { cpu: '0.1' } } }],
      containers: [
        { name: 'server', ports: [{ name: 'metrics', containerPort: 9090, protocol: 'TCP' }] },
        { name: 'proxy', image: 'b' },
      ],
      tolerations: [{ key: 'a', operator: 'Exists' }],
    },
  },
};

test.each<[string, Spec]>([
  ['as little as possible', { image: 'a' }],
  ['everything', EVERYTHING],
  ['without gate, autoscaled', { image: 'a', rolloutGate: false, autoscaling: { minReplicas: 2, maxReplicas: 4 } }],
  ['switched off', { image: 'a', enabled: false }],
  ['a budget', { image: 'a', disruptionBudget: { minAvailable: '50%' } }],
  ['bundled', { image: 'a', binary: 'mooring', network: { egress: [] } }],
])('the API server keeps every child as it is built: %s', async (_what, spec) => {
  await expectKept(build(spec));
});

test('it admits what the documentation shows', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/kubernetes.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => parse(yaml) as { spec: Spec });
  expect(examples.length).toBeGreaterThan(5);
  for (const { spec } of examples) {
    expect(review(serverOf({ binary: undefined, ...spec }))).toEqual({ withoutEffect: [] });
    await expectKept(build(spec));
  }
});

test('it does so for any other manifest', async () => {
  for (const spec of fc.sample(arbitrarySpec, { numRuns: 40, seed: 4 })) await expectKept(build(spec));
});

test('it keeps the keys of a namespace', async () => {
  await expectKept([identityConfigMap(namespace.name, '{"keys":[]}')]);
});

test('it prints quantities as they are printed here', async () => {
  const any = fc.oneof(
    fc
      .tuple(fc.nat(99_999_999), fc.constantFrom('m', 'u', 'n', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2'))
      .map(([amount, suffix]) => `${amount}${suffix}`),
    fc
      .tuple(fc.nat(999), fc.nat(9999), fc.constantFrom('', 'k', 'M', 'Ki', 'Gi'))
      .map(([whole, part, suffix]) => `${whole}.${part}${suffix}`),
  );
  const limits = Object.fromEntries(
    fc.sample(any, { numRuns: 200, seed: 4 }).map((text, index) => [`example.com/q${index}`, text]),
  );
  const quota = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'q', namespace: namespace.name } };
  const wanted = Object.fromEntries(Object.entries(limits).map(([name, text]) => [name, canonicalQuantity(text)]));
  const stored = await namespace.api.request<{ spec: { limits: { max: Record<string, string> }[] } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace.name}/limitranges`,
    query: { dryRun: 'All' },
    body: { ...quota, spec: { limits: [{ type: 'Container', max: wanted }] } },
  });
  expect(stored.spec.limits[0]?.max).toEqual(wanted);
});

test('Pod Security restricted admits the pods, and refuses what podTemplate opens', async () => {
  const { api, name } = namespace;
  await api.request({
    method: 'PATCH',
    path: `/api/v1/namespaces/${name}`,
    body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    contentType: 'application/merge-patch+json',
  });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'runner', namespace: name } };
  await api.request({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: account });
  const createPod = async (spec: Spec): Promise<unknown> => {
    const found = build({ ...spec, serviceAccountName: 'runner' }).find(({ kind }) => kind === 'Deployment');
    if (!found) throw new Error('no Deployment');
    const { template } = found['spec'] as DeploymentSpec;
    const body = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template.metadata, name: 'a' } };
    // The Deployment's controller puts the label there that this looks for.
    body.metadata.labels = { ...body.metadata.labels, 'pod-template-hash': 'x' };
    return api.request({
      method: 'POST',
      path: `/api/v1/namespaces/${name}/pods`,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      body,
    });
  };
  await expect(createPod({ image: 'a' })).resolves.toBeDefined();
  await expect(createPod(EVERYTHING)).resolves.toBeDefined();
  const root = { spec: { securityContext: { runAsNonRoot: false, runAsUser: 0 } } };
  await expect(createPod({ image: 'a', podTemplate: root })).rejects.toThrow(/violates PodSecurity "restricted/);
});
