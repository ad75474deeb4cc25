import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { clusterPlace } from '../places/cluster.ts';
import { digestOf, SYNCED } from './digest.ts';
import { sync, type SyncOptions } from './sync.ts';
import type { SyncResult } from './sync-result.ts';

let team: TestNamespace;
let folder: string;
let printed: string;

beforeAll(async () => {
  await testApiServer();
}, API_SERVER_TIMEOUT_MS);

beforeEach(async () => {
  team = await testNamespace();
  folder = await temporaryFolder();
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await team[Symbol.asyncDispose]();
});
afterAll(() => vi.restoreAllMocks());

const file = (name: string): string => join(folder, `${name}.yaml`);

async function write(name: string, spec: object, metadata: object = {}): Promise<void> {
  const { apiVersion, kind } = MCP_SERVERS;
  await writeFile(
    file(name),
    stringify({ apiVersion, kind, metadata: { name, ...metadata }, spec: { image: 'example/x:1', ...spec } }),
  );
}

type Server = KubernetesObject & { readonly spec: Readonly<Record<string, unknown>> };
const path = (name?: string): string => pathOf(MCP_SERVERS, team.name, name);
const get = async (name: string): Promise<Server> => team.api.request<Server>({ path: path(name) });
const patch = async (name: string, body: object, subresource = ''): Promise<unknown> =>
  team.api.request({
    method: 'PATCH',
    path: path(name) + subresource,
    contentType: 'application/merge-patch+json',
    body,
  });
const make = async (name: string, metadata: object = {}, spec: object = {}): Promise<unknown> => {
  const { apiVersion, kind } = MCP_SERVERS;
  return team.api.request({
    method: 'POST',
    path: path(),
    body: { apiVersion, kind, metadata: { name, ...metadata }, spec: { image: 'example/x:1', ...spec } },
  });
};

/** What `mooring sync -y -o json` shows: `action` or `action: reason` by name; a Failure that it ends with is `failed`. */
async function run(options: Partial<SyncOptions> = {}): Promise<Record<string, string>> {
  printed = '';
  const defaults = {
    names: [],
    from: folder,
    to: 'cluster',
    output: 'json',
    prune: false,
    force: false,
    dryRun: false,
    yes: true,
  } as const;
  const flags = { kubeconfig: team.server.kubeconfig, namespace: team.name };
  const failed = await sync({ ...defaults, flags, ...options }).then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
  const { servers } = JSON.parse(printed || '{"servers":[]}') as SyncResult;
  const told = servers.map(({ name, action, reason }): [string, string] => [
    name,
    reason === undefined ? action : `${action}: ${reason}`,
  ]);
  return { ...Object.fromEntries(told), ...(failed !== undefined && { failed }) };
}
const back = {
  from: 'cluster',
  get to() {
    return folder;
  },
};

test('creates, changes and deletes; a second run writes nothing', async () => {
  await write('a', { port: 1000 });
  await write('b', {});
  expect(await run()).toEqual({ a: 'create', b: 'create' });
  const { metadata } = await get('a');
  expect(metadata.annotations?.[SYNCED]).toMatch(/^unscaled:/);
  expect(await run()).toEqual({ a: 'unchanged', b: 'unchanged' });
  expect((await get('a')).metadata.resourceVersion).toBe(metadata.resourceVersion);

  await write('a', { port: 1001 });
  await writeFile(file('b'), '');
  expect(await run()).toEqual({ a: 'change', b: 'left: needs_prune' });
  expect((await get('a')).spec['port']).toBe(1001);
  expect(await run({ prune: true })).toEqual({ a: 'unchanged', b: 'delete' });
  await expect(get('b')).rejects.toMatchObject({ status: 404 });
});

test('what was edited in the cluster is not written over: it is brought back, or --force says so', async () => {
  await write('a', { port: 1000 });
  await run();
  await patch('a', { spec: { port: 1002 } });
  await write('a', { port: 1001 });
  expect(await run()).toEqual({ a: 'conflict: both_edited', failed: 'conflicts' });
  await write('a', { port: 1000 });
  expect(await run()).toEqual({ a: 'conflict: target_edited', failed: 'conflicts' });
  expect((await get('a')).spec['port']).toBe(1002);
  expect(await run(back)).toEqual({ a: 'change' });
  expect(await readFile(file('a'), 'utf8')).toContain('port: 1002');
  await patch('a', { spec: { port: 1003 } });
  expect(await run({ force: true })).toEqual({ a: 'change' });
  expect((await get('a')).spec['port']).toBe(1002);
});

test('a fresh clone, without a record, writes over what sync wrote and over nothing else', async () => {
  await write('a', { port: 1000 });
  await write('b', { port: 1000 });
  await run();
  folder = await temporaryFolder();
  await write('a', { port: 1001 });
  await write('b', { port: 1001 });
  await patch('b', { spec: { port: 1002 } });
  expect(await run({ prune: true })).toEqual({ a: 'change', b: 'conflict: both_edited', failed: 'conflicts' });
  // And a folder that has never had a server does not delete it.
  folder = await temporaryFolder();
  expect(await run({ prune: true })).toEqual({ a: 'left: only_there', b: 'left: only_there' });
});

test('servers that are equal are known from then on, whoever made them', async () => {
  await write('a', { port: 1000 });
  await make('a', {}, { port: 1000 });
  expect(await run()).toEqual({ a: 'unchanged' });
  expect((await get('a')).metadata.annotations?.[SYNCED]).toBeDefined();
  folder = await temporaryFolder();
  await write('a', { port: 1001 });
  expect(await run()).toEqual({ a: 'change' });
});

test('replicas that the file says nothing of belong to `kubectl scale` and autoscalers', async () => {
  await write('a', { port: 1000 });
  await run();
  await patch('a', { spec: { replicas: 5 } }, '/scale');
  expect(await run()).toEqual({ a: 'unchanged' });
  await write('a', { port: 1001 });
  expect(await run()).toEqual({ a: 'change' });
  expect((await get('a')).spec).toMatchObject({ port: 1001, replicas: 5 });
  expect(await run(back)).toEqual({ a: 'unchanged' });
  // Once the file says it, somebody has to decide.
  await write('a', { port: 1001, replicas: 3 });
  expect(await run()).toEqual({ a: 'conflict: both_edited', failed: 'conflicts' });
});

test('labels and annotations of other tools stay, and who manages it is told', async () => {
  const tracking = { 'argocd.argoproj.io/tracking-id': 'x' };
  await make('a', { annotations: { ...tracking, note: 'old' }, labels: { team: 'one' } });
  await write('a', {}, { annotations: { note: 'old' }, labels: { team: 'one' } });
  expect(await run()).toEqual({ a: 'unchanged' });
  await write('a', { port: 1000 }, { annotations: { note: 'new' } });
  expect(await run()).toEqual({ a: 'change' });
  expect(printed).toContain('is managed by Argo CD');
  const { annotations, labels } = (await get('a')).metadata;
  expect(annotations).toMatchObject({ ...tracking, note: 'new' });
  expect(labels ?? {}).not.toHaveProperty('team');
});

test('servers that come with the chart, that somebody else controls or that are being deleted are left alone', async () => {
  await make('bundled', { labels: { 'mooring.dev/bundled': 'true' } });
  await make('owned', {
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u', controller: true }],
  });
  await make('leaving', { finalizers: ['example.com/wait'] });
  await team.api.request({ method: 'DELETE', path: path('leaving') });
  for (const name of ['bundled', 'owned', 'leaving']) await write(name, { port: 1000 });
  expect(await run({ force: true })).toEqual({
    bundled: 'conflict: held',
    leaving: 'conflict: held',
    owned: 'conflict: held',
    failed: 'conflicts',
  });
  folder = await temporaryFolder();
  expect(await run(back)).toEqual({ bundled: 'left: held', leaving: 'left: held', owned: 'left: held' });
  expect(await readdir(folder)).toEqual([]);
  await patch('leaving', { metadata: { finalizers: [] } });
});

test('a set with one server that the cluster does not take changes nothing', async () => {
  await write('a', {});
  await write('b', { podTemplate: { spec: {} } }, { labels: { 'not a label!': 'x' } });
  expect(await run()).toEqual({ failed: 'invalid_manifests' });
  await expect(get('a')).rejects.toMatchObject({ status: 404 });
  await write('b', {}, { namespace: 'elsewhere' });
  expect(await run()).toEqual({ failed: 'other_namespace' });
  expect(await run({ flags: { kubeconfig: team.server.kubeconfig } })).toEqual({ failed: 'no_namespace' });
  await expect(get('a')).rejects.toMatchObject({ status: 404 });
});

test('--dry-run writes nothing on any side', async () => {
  await write('a', { port: 1000 });
  await run();
  await write('a', { port: 1001 });
  await write('b', {});
  const [before, files] = [(await get('a')).metadata.resourceVersion, await readdir(folder, { recursive: true })];
  expect(await run({ dryRun: true })).toEqual({ a: 'change', b: 'create' });
  expect((await get('a')).metadata.resourceVersion).toBe(before);
  await expect(get('b')).rejects.toMatchObject({ status: 404 });
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(files.toSorted());
});

test('somebody who is faster is not written over, and a write of the status is no reason to give up', async () => {
  await write('a', { port: 1000 });
  await run();
  const { manifests } = clusterPlace({ kubeconfig: team.server.kubeconfig, namespace: team.name });
  const [entry] = (await manifests?.list(new Set([team.name]))) ?? [];
  if (!entry || !manifests) throw new Error('no entry');
  const wanted = { ...entry.manifest, spec: { ...entry.manifest.spec, port: 1001 } };
  const edit = {
    namespace: team.name,
    name: 'a',
    expected: digestOf(entry.manifest, true),
    wanted: { manifest: wanted, digest: digestOf(wanted, true) },
  };
  await patch('a', { status: { observedGeneration: 7, conditions: [] } }, '/status');
  await manifests.apply(edit, { dryRun: true });
  await patch('a', { spec: { port: 1002 } });
  for (const each of [edit, { ...edit, wanted: undefined }, { ...edit, expected: undefined }])
    await expect(manifests.apply(each, { dryRun: false })).rejects.toMatchObject({ code: 'changed_meanwhile' });
  expect((await get('a')).spec['port']).toBe(1002);
});

test('names choose servers, and one that nobody has is told', async () => {
  await write('a', {});
  await write('b', {});
  expect(await run({ names: ['b'] })).toEqual({ b: 'create' });
  await expect(get('a')).rejects.toMatchObject({ status: 404 });
  expect(await run({ names: ['c'] })).toEqual({ failed: 'unknown_server' });
});

test('what comes from a cluster is written as a person would: without defaults, status and books', async () => {
  await make(
    'a',
    { annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    { env: [{ name: 'A', value: 'b' }] },
  );
  folder = join(folder, 'new', 'folder');
  expect(await run(back)).toEqual({ a: 'create' });
  expect(await readFile(file('a'), 'utf8')).toBe(
    `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata:\n  name: a\n  namespace: ${team.name}\n  annotations:\n    note: x\nspec:\n  image: example/x:1\n  env:\n    - name: A\n      value: b\n`,
  );
  expect(await run()).toEqual({ a: 'unchanged' });
});
