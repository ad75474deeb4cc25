import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer } from '../../test/support/api-server.ts';
import { soon, startCluster, type TestCluster } from '../testdata/cluster.ts';
import { startPod } from '../testdata/kubelet.ts';
import { listen } from '../testdata/listen.ts';
import { sdkV2 } from '../testdata/mcp-servers.ts';

const GATE = 'mooring.dev/verified';

let cluster: TestCluster;
beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);
// Each its own, so that a second try of a test begins anew.
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(async () => cluster?.[Symbol.asyncDispose]());

/** A spec for pods on this machine: their address is 127.0.0.1, and they listen where this listens. */
const at = ({ url }: { readonly url: string }, more: object = {}) => ({
  image: 'example.com/notes:1',
  port: Number(new URL(url).port),
  ...more,
});

async function mcp(): Promise<{ url: string }> {
  const server = await listen(sdkV2());
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

const isOpen = async (pod: Awaited<ReturnType<typeof startPod>>, status: string | undefined): Promise<void> => {
  expect((await pod.condition(GATE))?.status).toBe(status);
};

test('from the manifest to Ready: eight writes, and then none', async () => {
  const before = cluster.writes().length;
  await cluster.apply('notes', at(await mcp()));
  await cluster.reason('notes', 'Ready', 'Starting');
  const pod = await startPod(cluster, 'notes');
  await pod.runs();
  await soon(async () => isOpen(pod, 'True'));
  await pod.becomesReady();
  await cluster.reason('notes', 'Ready', 'Ready');
  expect(cluster.server('notes')?.status).toMatchObject({
    backend: { url: `http://notes.${cluster.namespace}:8080/mcp` },
    replicas: 1,
    selector: 'mooring.dev/server=notes',
    server: { name: 'both' },
  });
  await sleep(500);
  expect(cluster.writes().slice(before).sort()).toEqual([
    'PATCH deployments',
    'PATCH mcpservers/status',
    'PATCH mcpservers/status',
    'PATCH networkpolicies',
    'PATCH pods/status',
    'PATCH serviceaccounts',
    'PATCH services',
    'POST events',
  ]);
  const events = await cluster.api.request<{
    items: (KubernetesObject & { reason: string; regarding: { kind: string } })[];
  }>({
    path: pathOf({ apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' }, cluster.namespace),
  });
  const { metadata } = cluster.server('notes') ?? { metadata: {} };
  // The API server has events of its own, about addresses of Services.
  expect(events.items.filter(({ regarding }) => regarding.kind === 'McpServer')).toEqual([
    expect.objectContaining({
      reason: 'Ready',
      type: 'Normal',
      regarding: expect.objectContaining({
        kind: 'McpServer',
        name: 'notes',
        uid: 'uid' in metadata ? metadata.uid : '',
      }) as object,
    }),
  ]);

  // A restart finds it as it is: it asks, and writes nothing.
  await cluster.restart();
  await sleep(500);
  expect(cluster.writes()).toEqual([]);
  expect(cluster.condition('notes', 'Ready')?.status).toBe('True');
  await cluster.remove('McpServer', 'notes');
});

test.each(['NotMcp', 'PortNotOpened'])('a restart finds a server that is broken as it is, too: %s', async (reason) => {
  const web = await listen((_request, response) => response.writeHead(404).end());
  const spec = at(web, { timeouts: { startup: '600ms' } });
  const name = reason.toLowerCase();
  if (reason === 'PortNotOpened') await web[Symbol.asyncDispose]();
  else onTestFinished(async () => web[Symbol.asyncDispose]());
  await cluster.apply(name, spec);
  await cluster.reason(name, 'Ready', 'Starting');
  const pod = await startPod(cluster, name);
  await pod.runs();
  await cluster.reason(name, 'Stalled', reason);
  await sleep(300);
  await cluster.restart();
  await sleep(1200);
  expect(cluster.writes()).toEqual([]);
  expect(cluster.condition(name, 'Stalled')?.reason).toBe(reason);
  await cluster.remove('McpServer', name);
});

test('the gate opens at the answer', async () => {
  const { port } = await freePort();
  await cluster.apply('late', { image: 'example.com/notes:1', port });
  await cluster.reason('late', 'Ready', 'Starting');
  const pod = await startPod(cluster, 'late');
  await pod.runs();
  await sleep(1000);
  await isOpen(pod, undefined);
  const handler = sdkV2();
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const since = performance.now();
  await soon(async () => isOpen(pod, 'True'));
  // The pause between two looks has grown to a tenth of the second that they were in vain; 10 s is what kubelet's own probes may take.
  expect(performance.now() - since).toBeLessThan(5000);
});

test('a container that was started anew takes no traffic until it has answered', async () => {
  const server = await listen(sdkV2());
  await cluster.apply('anew', at(server));
  await cluster.reason('anew', 'Ready', 'Starting');
  const pod = await startPod(cluster, 'anew');
  await pod.runs();
  await soon(async () => isOpen(pod, 'True'));
  await pod.becomesReady();
  await cluster.reason('anew', 'Ready', 'Ready');

  await server[Symbol.asyncDispose]();
  await pod.ends(3, 'Error: no database at postgres://a:hunter2@db');
  expect(await cluster.reason('anew', 'Ready', 'ProcessExited')).toMatch(
    /exit code 3.*no database at postgres:\/\/a:\*\*\*@db/s,
  );
  await soon(async () => isOpen(pod, 'False'));
  await pod.runs(1);
  await sleep(300);
  await isOpen(pod, 'False');
  expect(cluster.condition('anew', 'Ready')?.reason).toBe('ProcessExited');
});

test('an edit arrives: the old pods serve until the new one does, and the words say so', async () => {
  const [one, two] = [await mcp(), await mcp()];
  await cluster.apply('edited', at(one));
  await cluster.reason('edited', 'Ready', 'Starting');
  const old = await startPod(cluster, 'edited');
  await old.runs();
  await soon(async () => isOpen(old, 'True'));
  await old.becomesReady();
  await cluster.reason('edited', 'Ready', 'Ready');

  await cluster.apply('edited', at(two, { title: 'Edited' }));
  await cluster.reason('edited', 'Ready', 'Starting');
  expect(cluster.condition('edited', 'Available')).toMatchObject({ status: 'True', reason: 'PreviousServes' });
  const pod = await startPod(cluster, 'edited');
  await pod.waits('ImagePullBackOff', 'Back-off pulling image "example.com/notes:1": ErrImagePull: not found');
  expect(await cluster.reason('edited', 'Ready', 'ImagePullFailed')).toContain('Correct the name or the tag');
  expect(cluster.condition('edited', 'Available')).toMatchObject({
    status: 'True',
    message: 'Generation 1 serves on until generation 2 has answered MCP.',
  });
  expect(cluster.condition('edited', 'Stalled')?.reason).toBe('ImagePullFailed');

  await pod.runs();
  await soon(async () => isOpen(pod, 'True'));
  await pod.becomesReady();
  await old.remove();
  await cluster.reason('edited', 'Ready', 'Ready');
  expect(cluster.condition('edited', 'Available')?.reason).toBe('Serving');
  expect(cluster.condition('edited', 'Reconciling')).toBeUndefined();

  // Back to what it was: pods that are still there are of the same template again.
  const template = async () =>
    ((await cluster.child('Deployment', 'edited')) as { spec?: { template?: unknown } } | undefined)?.spec?.template;
  const second = await template();
  await cluster.apply('edited', at(one));
  await soon(async () => expect(await template()).not.toEqual(second));
  await cluster.apply('edited', at(two));
  await soon(async () => expect(await template()).toEqual(second));
});

test('the account of pods that serve on stays until they are replaced', async () => {
  const [one, two] = [await mcp(), await mcp()];
  await cluster.apply('moved', at(one));
  await cluster.reason('moved', 'Ready', 'Starting');
  const old = await startPod(cluster, 'moved');
  await old.runs();
  await soon(async () => isOpen(old, 'True'));
  await old.becomesReady();
  await cluster.reason('moved', 'Ready', 'Ready');

  await cluster.apply('moved', at(two, { serviceAccountName: 'default' }));
  await cluster.reason('moved', 'Ready', 'Starting');
  await sleep(300);
  expect(await cluster.child('ServiceAccount', 'moved')).toBeDefined();
  const pod = await startPod(cluster, 'moved');
  await pod.runs();
  await soon(async () => isOpen(pod, 'True'));
  await pod.becomesReady();
  await old.remove();
  await soon(async () => expect(await cluster.child('ServiceAccount', 'moved')).toBeUndefined());
});

test('who only writes the annotation of a server is not asked, lets nobody in and is not told of', async () => {
  const listener = await mcp();
  await cluster.apply('lonely', at(listener));
  await cluster.reason('lonely', 'Ready', 'Starting');
  const bare = await startPod(cluster, 'lonely', { ownerReferences: [] });
  const labelled = await startPod(cluster, 'lonely', { labels: { 'mooring.dev/server': 'other' } });
  const own = await startPod(cluster, 'lonely');
  for (const pod of [bare, labelled, own]) await pod.runs();
  await soon(async () => isOpen(own, 'True'));
  for (const pod of [bare, labelled]) {
    await isOpen(pod, undefined);
    await pod.becomesReady();
  }
  await own.becomesReady();
  await cluster.reason('lonely', 'Ready', 'Ready');
  expect(cluster.server('lonely')?.status?.replicas).toBe(1);
});

test('pods of an earlier server of the same name are nobody', async () => {
  await cluster.apply('reborn', at(await mcp()));
  await cluster.reason('reborn', 'Ready', 'Starting');
  const old = await startPod(cluster, 'reborn');
  await old.runs();
  await soon(async () => isOpen(old, 'True'));
  await old.becomesReady();
  await cluster.reason('reborn', 'Ready', 'Ready');
  const spec = cluster.server('reborn')?.spec ?? {};
  await cluster.remove('McpServer', 'reborn');
  for (const kind of ['Deployment', 'Service', 'ServiceAccount', 'NetworkPolicy']) await cluster.remove(kind, 'reborn');
  await cluster.apply('reborn', spec);
  await cluster.reason('reborn', 'Ready', 'Starting');
  expect(cluster.server('reborn')?.status).toMatchObject({ replicas: 0 });
});

async function freePort(): Promise<{ port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}
