import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parse, parseAllDocuments, type Document } from 'yaml';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../test/support/api-server.ts';
import { ApiError } from './kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from './kubernetes/kubernetes-object.ts';
import { API_VERSION, KIND, McpServerSpec, PLURAL } from './mcpserver.ts';

let space: TestNamespace;
beforeAll(async () => {
  space = await testNamespace();
}, API_SERVER_TIMEOUT_MS);

/** As `kubectl create --dry-run=server`: unknown fields are errors, and the namespace is ours unless the manifest names one. */
async function create(object: Partial<KubernetesObject>): Promise<KubernetesObject> {
  const { apiVersion = '', kind = '', metadata } = object;
  const path = pathOf({ apiVersion, kind, plural: PLURAL }, metadata?.namespace ?? space.name);
  return space.api.request({ method: 'POST', path, query: { fieldValidation: 'Strict', dryRun: 'All' }, body: object });
}

class Unreadable extends Error {}

/** What Go's YAML reads: of a key that is there twice the last one, merge keys, and text where a tag is not known. */
function readAsKubectl(text: string): Partial<KubernetesObject>[] {
  if (/^%/m.test(text)) throw new Unreadable('kubectl cuts directives off from their document');
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true, logLevel: 'error' });
  return [documents].flat().flatMap((document): Partial<KubernetesObject>[] => {
    if (document.errors.length > 0) throw new Unreadable(document.errors.join('\n'));
    const value = plain(document);
    if (value?.kind === 'List') return value['items'] as Partial<KubernetesObject>[];
    return value ? [value] : [];
  });
}

function plain(document: Document.Parsed): Partial<KubernetesObject> | null {
  try {
    return document.toJS() as Partial<KubernetesObject> | null;
  } catch (error) {
    throw new Unreadable('aliases', { cause: error });
  }
}

async function verdictOf(text: string): Promise<string> {
  try {
    for (const object of readAsKubectl(text)) await create(object);
    return 'accepted';
  } catch (error) {
    const isRefusal = error instanceof ApiError && [400, 404, 422].includes(error.status);
    if (isRefusal || error instanceof Unreadable) return 'refused';
    throw error;
  }
}

describe('a cluster says of each sample in testdata/invalid what its comment says', () => {
  const folder = join(import.meta.dirname, 'testdata', 'invalid');
  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(await verdictOf(text)).toBe(/^# A cluster: (refused|accepted)$/m.exec(text)?.[1]);
  });
});

test('a cluster fills in the same defaults as we do', async () => {
  const spec = {
    binary: 'notes-server',
    oauth: { tools: [{ match: 'a', scopes: ['user'] }] },
    autoscaling: { maxReplicas: 3 },
    network: {},
  };
  const manifest = { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'notes' }, spec };
  expect((await create(manifest))['spec']).toEqual(McpServerSpec.parse(spec));
});

/** A spec with every field that there was before this version, in their widest forms. */
const FULL = {
  image: 'registry.example:5000/team/notes:1.4.2@sha256:0123456789abcdef0123456789abcdef',
  binary: 'notes-server',
  args: ['--port', '$(PORT)', ''],
  transport: 'sse',
  port: 65_535,
  path: '/v1/mcp/',
  enabled: false,
  title: 'Notes',
  description: 'Keeps notes.',
  icon: 'https://example.com/icon.png',
  websiteUrl: 'https://example.com',
  tags: ['notes', 'text'],
  displayInWeb: true,
  oauth: {
    required: false,
    scopes: ['user'],
    audience: 'https://example.com',
    clientId: 'x',
    tools: [{ match: 'a/b.c', scopes: ['admin'] }],
  },
  env: [
    { name: 'A', value: '' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k.txt' } } },
    { name: 'C', valueFrom: { configMapKeyRef: { name: 'c.d', key: 'k' } } },
  ],
  envFrom: [{ prefix: 'P_', secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }],
  volumes: [
    { name: 'a', mountPath: '/a', secret: { secretName: 's' } },
    { name: 'b', mountPath: '/b', configMap: { name: 'c' } },
    { name: 'c', mountPath: '/c', readOnly: false, emptyDir: { sizeLimit: '1Gi' } },
    { name: 'd', mountPath: '/d', persistentVolumeClaim: { claimName: 'p' } },
  ],
  resources: { requests: { cpu: 1, memory: '64Mi' }, limits: { cpu: '0.5' } },
  serviceAccountName: 'notes',
  imagePullSecrets: [{ name: 'pull' }],
  podTemplate: { metadata: { labels: { a: 'b' } }, spec: { nodeSelector: { x: 'y' }, anything: [{ deep: true }] } },
  replicas: 0,
  autoscaling: { minReplicas: 2, maxReplicas: 1000, targetCPUUtilizationPercentage: 1 },
  disruptionBudget: { maxUnavailable: '50%' },
  network: { egress: [{ host: 'example.com', cidr: '203.0.113.0/24', ports: [443] }, { cidr: '2001:db8::/32' }] },
  rolloutGate: false,
  timeouts: { connect: '5s', response: '10m', idle: '1h', startup: '500ms' },
  rateLimit: { requests: 100, per: '1m', burst: 10 },
};
const OTHERS = [
  { package: { registry: 'npm', name: '@example/notes', version: '1.4.2' } },
  {
    remote: {
      url: 'https://example.com/mcp',
      headersFrom: { secretRef: { name: 's' } },
      caBundleFrom: { configMapRef: { name: 'c' } },
    },
  },
  { binary: 'notes-server' },
];

describe.each(readdirSync(join(import.meta.dirname, 'testdata', 'definitions')))(
  'the definition %s upgrades',
  (name) => {
    // In a group of its own, because other tests use the real one.
    const group = `old-${randomBytes(4).toString('hex')}.test`;
    const kind = { apiVersion: `${group}/v1alpha1`, kind: KIND, plural: PLURAL };

    async function install(path: string): Promise<void> {
      const text = readFileSync(join(import.meta.dirname, path), 'utf8').replaceAll('mooring.dev', group);
      const body = parse(text) as KubernetesObject;
      const definition = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${body.metadata.name}`;
      const query = { fieldManager: 'test', force: true };
      await space.api.request({
        method: 'PATCH',
        path: definition,
        query,
        body,
        contentType: 'application/apply-patch+yaml',
      });
      await vi.waitFor(() => space.api.request({ path: pathOf(kind, space.name) }), { timeout: 10_000, interval: 50 });
      // Established is not yet served everywhere: the old schema may answer for a moment.
      await delay(500);
    }

    test('objects that it admitted stay valid, can be edited, and can be made again', async () => {
      await install(join('testdata', 'definitions', name));
      const make = (metadata: object, spec: unknown, query = {}) =>
        space.api.request({
          method: 'POST',
          path: pathOf(kind, space.name),
          query: { fieldValidation: 'Strict', ...query },
          body: { apiVersion: kind.apiVersion, kind: KIND, metadata, spec },
        });
      const made: KubernetesObject[] = [];
      for (const [index, spec] of [FULL, ...OTHERS].entries()) made.push(await make({ name: `server-${index}` }, spec));

      await install('mooring.dev_mcpservers.yaml');
      for (const object of made) {
        const path = pathOf(kind, space.name, object.metadata.name);
        const now = await space.api.request({ path });
        expect(now['spec']).toEqual(object['spec']);
        const title = { ...(now['spec'] as object), title: 'Edited' };
        await space.api.request({
          method: 'PUT',
          path,
          query: { fieldValidation: 'Strict' },
          body: { ...now, spec: title },
        });
        // What did not change is not judged again (KEP-4008); what is new is.
        await make({ name: 'again' }, object['spec'], { dryRun: 'All' });
        expect(McpServerSpec.safeParse(object['spec']).error).toBeUndefined();
      }
    });
  },
);
