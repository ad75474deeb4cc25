import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { HOME, installRelease, RELEASE, secretValue, upgradeRelease } from '../../support/cluster/release.ts';
import { podsOf, settled } from '../../support/cluster/rollout.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { helm } from '../../support/kubernetes-tools.ts';

// One story in order: each test takes over what the one before has left.
const cluster = useCluster();
const { api, publicUrl } = cluster;
let namespace: ObservedNamespace;
let token: string;
let pod: string | undefined;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-release');
  await namespace.apply(serverManifest('kept', 'kit'));
  await namespace.ready('kept');
  token = await cluster.token('kept');
  pod = podOfServer();
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

/** The one pod of the server that is there now, by its uid. */
const podOfServer = (): string | undefined =>
  [...new Set(namespace.pods.seen.map(({ object }) => object.metadata.name))]
    .map((name) => namespace.pods.now(name))
    .find((each) => each !== undefined)?.metadata.uid;

const revision = async (): Promise<unknown> => {
  const [release] = JSON.parse(await helm('list', '--namespace', HOME, '--output', 'json')) as { revision: unknown }[];
  return Number(release?.revision);
};

/** The server is Ready, in the pod from the beginning, and takes calls with the token from the beginning. */
async function expectNothingLost(): Promise<void> {
  await namespace.ready('kept');
  expect(podOfServer()).toBe(pod);
  expect(await callTool(cluster.endpoint('kept'), 'echo', { text: 'still here' }, token)).toContain('still here');
}

test('upgrade: new values arrive, servers stay as they are', async () => {
  const first = await revision();
  await upgradeRelease({ gateway: { replicas: 3 } });
  expect(await podsOf(api, 'gateway')).toHaveLength(3);
  expect(await revision()).toBe(Number(first) + 1);
  await expectNothingLost();
});

test('rollback: the values from before come back', async () => {
  await helm('rollback', RELEASE, '--namespace', HOME, '--wait', '--timeout', '180s');
  await settled(api, 'gateway');
  expect(await podsOf(api, 'gateway')).toHaveLength(2);
  await expectNothingLost();
});

test('uninstall: definition, servers, their pods and the keys stay; nothing else does', async () => {
  const password = await secretValue(api, 'mooring-admin', 'password');
  const said = await helm('uninstall', RELEASE, '--namespace', HOME, '--wait', '--timeout', '180s');
  expect(said).toContain('[CustomResourceDefinition] mcpservers.mooring.dev');
  const server = await api.get('McpServer', { namespace: namespace.name, name: 'kept' });
  expect(server.metadata.deletionTimestamp).toBeUndefined();
  expect(podOfServer()).toBe(pod);
  for (const kind of ['Deployment', 'StatefulSet', 'Service', 'Role', 'NetworkPolicy'] as const) {
    const left = await api.list(kind, { namespace: HOME });
    expect(left.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm')).toEqual([]);
  }
  expect(await secretValue(api, 'mooring-admin', 'password')).toBe(password);
});

test('reinstall: everything is taken up where it was left', async () => {
  const password = await secretValue(api, 'mooring-admin', 'password');
  await installRelease({ publicUrl });
  expect(await secretValue(api, 'mooring-admin', 'password')).toBe(password);
  await expectNothingLost();
});

test('namespaced mode: rights in the named namespaces are enough, and others are left alone', async () => {
  await using other = await observeNamespace(api, 'e2e-unwatched');
  await upgradeRelease({ watchNamespaces: [namespace.name] });
  await other.apply(serverManifest('ignored', 'kit'));
  const since = await namespace.edit('kept', { description: 'Edited in namespaced mode.' });
  await namespace.ready('kept', since);
  await namespace.apply(serverManifest('second', 'kit'));
  await namespace.ready('second');
  expect(other.servers.now('ignored')?.status?.conditions).toBeUndefined();
  expect(await api.list('Deployment', { namespace: other.name })).toEqual([]);
  await upgradeRelease({ watchNamespaces: [] });
  await other.ready('ignored');
});
