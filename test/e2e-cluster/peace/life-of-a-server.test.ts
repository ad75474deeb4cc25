import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { childrenOf } from '../../support/cluster/children.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn, transitions } from '../../support/cluster/recorder.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';

const cluster = useCluster();
const { api } = cluster;
const NAME = 'life';
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-life');
  await namespace.apply(serverManifest(NAME, 'kit', { oauth: { scopes: ['user'] } }));
  await namespace.ready(NAME);
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

/** Milliseconds that a pod which is being replaced may still answer: until every node and connection has forgotten it. */
const FORGOTTEN = 10_000;

test('an edit of the pod arrives, and Ready is told of what serves', async () => {
  const token = await cluster.token(NAME);
  const since = await namespace.edit(NAME, { env: [{ name: 'VERSION', value: '2.0.0' }] });
  await namespace.ready(NAME, since);
  const says = async () => callTool(cluster.endpoint(NAME), 'echo', { text: 'x' }, token);
  await until(async () => (await says()).includes('2.0.0'), 'the new version to answer', FORGOTTEN);
  // In all of this it never stopped to serve, and nothing was told twice.
  const told = namespace.servers.seen.filter(({ at }) => at >= since);
  expect(told.filter(({ object }) => conditionIn(object, 'Available')?.status !== 'True')).toEqual([]);
  const lines = transitions({ seen: told }, NAME);
  expect(new Set(lines).size, lines.join('\n')).toBe(lines.length);
});

test('an edit of the scopes counts at once, for tokens that are out already', async () => {
  const token = await cluster.token(NAME, 'user');
  expect(await callTool(cluster.endpoint(NAME), 'echo', { text: 'let in' }, token)).toContain('let in');
  await namespace.edit(NAME, { oauth: { scopes: ['admin'] } });
  const isRefused = async () =>
    callTool(cluster.endpoint(NAME), 'echo', {}, token).then(
      () => false,
      (error: Error) => /403|insufficient|scope/i.test(error.message),
    );
  await until(isRefused, 'the token to be too little', 2000);
  await namespace.edit(NAME, { oauth: { scopes: ['user'] } });
  await until(async () => !(await isRefused()), 'the token to do again', 2000);
});

test('an edit of the replicas starts one more, and ends none', async () => {
  const before = running();
  const since = await namespace.edit(NAME, { replicas: 2 });
  await namespace.servers.first('two replicas', ({ status }) => status?.replicas === 2, { since });
  expect(running()).toEqual(expect.arrayContaining(before));
  expect(running()).toHaveLength(2);
});

test('children that somebody deletes come back', async () => {
  for (const { kind, metadata } of await childrenOf(api, namespace.name, NAME)) {
    await api.remove(kind, { namespace: namespace.name, name: NAME });
    const isBack = async () =>
      (await childrenOf(api, namespace.name, NAME)).some(
        (child) => child.kind === kind && child.metadata.uid !== metadata.uid,
      );
    await until(isBack, `the ${kind} to come back`, 5000);
  }
  await namespace.ready(NAME, Date.now());
});

test('enabled: false ends its pods and hides it; true brings it back', async () => {
  const token = await cluster.token(NAME);
  const since = await namespace.edit(NAME, { enabled: false });
  const off = await namespace.servers.first(
    'Accepted to say Disabled',
    (server) => conditionIn(server, 'Accepted')?.reason === 'Disabled',
    { since },
  );
  expect(conditionIn(off.object, 'Ready')?.status).toBe('False');
  const { status } = await fetch(cluster.endpoint(NAME), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(404);
  await until(async () => running().length === 0, 'its pods to end');
  const again = await namespace.edit(NAME, { enabled: true });
  await namespace.ready(NAME, again);
  expect(await callTool(cluster.endpoint(NAME), 'echo', {}, token)).toContain('2.0.0');
});

test('when it is deleted, nothing of it is left', async () => {
  await api.remove('McpServer', { namespace: namespace.name, name: NAME });
  await until(async () => (await childrenOf(api, namespace.name, NAME)).length === 0, 'its children to go');
  await until(
    async () => (await api.list('Pod', { namespace: namespace.name })).length === 0,
    'its pods to go',
    60_000,
  );
  const identity = async () =>
    (await api.list('ConfigMap', { namespace: namespace.name })).map(({ metadata }) => metadata.name);
  await until(async () => !(await identity()).includes('mooring-identity'), 'the ConfigMap mooring-identity to go');
  expect((await fetch(cluster.endpoint(NAME), { method: 'POST' })).status).toBe(404);
});

/** Names of the pods that are not ending. */
function running(): string[] {
  const pods = new Map(
    namespace.pods.seen.map(({ object, isDeleted }) => [object.metadata.name, { object, isDeleted }]),
  );
  return [...pods.values()]
    .filter(({ object, isDeleted }) => !isDeleted && object.metadata.deletionTimestamp === undefined)
    .map(({ object }) => object.metadata.name);
}
