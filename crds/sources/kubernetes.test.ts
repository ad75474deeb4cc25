import { beforeAll, describe, expect, test, vi } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { openKubernetesApi, type ApiCall, type KubernetesApi } from '../kubernetes/kubernetes-api.ts';
import { pathOf } from '../kubernetes/kubernetes-object.ts';
import { McpServerSpec } from '../mcpserver.ts';
import type { McpServerStatus } from '../mcpserver-status.ts';
import { createKubernetesSource, MCP_SERVERS, type KubernetesSource } from './kubernetes.ts';

beforeAll(() => testApiServer(), API_SERVER_TIMEOUT_MS);

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const soon = { timeout: 5000, interval: 10 };

interface World extends AsyncDisposable {
  readonly source: KubernetesSource;
  /** As administrator, past the source. */
  readonly api: KubernetesApi;
  readonly calls: ApiCall[];
  readonly changed: string[];
  readonly path: (name?: string, subresource?: string) => string;
  /** Makes a server; resolves with its uid when the source has it. */
  readonly make: (name: string, spec?: object, metadata?: object) => Promise<string>;
}

async function world(): Promise<World> {
  const space = await testNamespace();
  const calls: ApiCall[] = [];
  const api = openKubernetesApi({ kubeconfig: space.server.kubeconfig, onCall: (call) => calls.push(call) });
  const source = createKubernetesSource({ api, namespaces: [space.name], log: quiet });
  await source.synced;
  const changed: string[] = [];
  source.onChange((uid) => changed.push(uid));
  const path = (name?: string, subresource?: string): string => pathOf(MCP_SERVERS, space.name, name, subresource);
  return {
    source,
    api: space.api,
    calls,
    changed,
    path,
    async make(name, spec = { binary: 'notes-server' }, metadata = {}) {
      const { apiVersion, kind } = MCP_SERVERS;
      const body = { apiVersion, kind, metadata: { name, ...metadata }, spec };
      const { uid = '' } = (await space.api.request({ method: 'POST', path: path(), body })).metadata;
      await vi.waitFor(() => expect(source.get(uid)).toBeDefined(), soon);
      return uid;
    },
    async [Symbol.asyncDispose]() {
      source.close();
      await Promise.all([api.close(), space.api.close()]);
    },
  };
}

const status: McpServerStatus = {
  observedGeneration: 1,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Serving',
      message: 'It answers.',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00.123Z',
    },
  ],
  url: 'https://example.com/api/v1/mcp/notes/mcp',
  backend: { url: 'http://notes:8080/mcp' },
  tools: [{ name: 'a', digest: 'sha256:0' }],
  toolCount: 1,
};

test('servers come, change and go as they do in the cluster', async () => {
  await using here = await world();
  const uid = await here.make('notes', { binary: 'notes-server', title: 'Notes' }, { labels: { a: 'b' } });
  expect(here.source.get(uid)).toMatchObject({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name: 'notes', uid, generation: 1, labels: { a: 'b' } },
    spec: McpServerSpec.parse({ binary: 'notes-server', title: 'Notes' }),
  });
  expect(here.source.list()).toEqual([here.source.get(uid)]);
  expect(here.source.problemOf(uid)).toEqual([]);
  const body = { spec: { title: 'Other' } };
  const contentType = 'application/merge-patch+json';
  await here.api.request({ method: 'PATCH', path: here.path('notes'), body, contentType });
  await vi.waitFor(() => expect(here.source.get(uid)?.spec.title).toBe('Other'), soon);
  expect(here.source.get(uid)?.metadata.generation).toBe(2);
  await here.api.request({ method: 'DELETE', path: here.path('notes') });
  await vi.waitFor(() => expect(here.source.list()).toEqual([]), soon);
  expect(here.changed).toEqual([uid, uid, uid]);
});

test('a server that only waits for its finalizers is not there any more', async () => {
  await using here = await world();
  const uid = await here.make('notes', undefined, { finalizers: ['example.com/wait'] });
  await here.api.request({ method: 'DELETE', path: here.path('notes') });
  await vi.waitFor(() => expect(here.source.get(uid)).toBeUndefined(), soon);
  expect(here.source.list()).toEqual([]);
  expect(here.changed).toEqual([uid, uid]);
  expect((await here.api.request({ path: here.path('notes') })).metadata.deletionTimestamp).toBeDefined();
});

describe('writeStatus', () => {
  const writes = ({ calls }: World): number => calls.filter(({ verb }) => verb === 'PATCH').length;

  test('writes as manager `mooring`; it can be read at once; the same again is no write', async () => {
    await using here = await world();
    const uid = await here.make('notes');
    await here.source.writeStatus(uid, status);
    expect(here.source.get(uid)?.status).toEqual(status);
    const stored = await here.api.request({ path: here.path('notes') });
    expect(stored['status']).toEqual(status);
    expect(stored.metadata.generation).toBe(1);
    const { managedFields } = stored.metadata as { managedFields?: readonly object[] };
    expect(managedFields).toContainEqual(
      expect.objectContaining({ manager: 'mooring', operation: 'Apply', subresource: 'status' }),
    );
    await here.source.writeStatus(uid, { ...status });
    expect(writes(here)).toBe(1);
  });

  test('what the next status does not say goes away', async () => {
    await using here = await world();
    const uid = await here.make('notes');
    await here.source.writeStatus(uid, status);
    const { backend: _b, tools: _t, toolCount: _c, ...rest } = status;
    await here.source.writeStatus(uid, rest);
    expect((await here.api.request({ path: here.path('notes') }))['status']).toEqual(rest);
  });

  test('takes back what somebody else wrote over it', async () => {
    await using here = await world();
    const uid = await here.make('notes');
    await here.source.writeStatus(uid, status);
    const body = { status: { url: 'https://evil.example' } };
    const contentType = 'application/merge-patch+json';
    await here.api.request({ method: 'PATCH', path: here.path('notes', 'status'), body, contentType });
    await vi.waitFor(() => expect(here.source.get(uid)?.status?.url).toBe('https://evil.example'), soon);
    await here.source.writeStatus(uid, status);
    expect(here.source.get(uid)?.status).toEqual(status);
  });

  test('of a server that is gone, or was made anew meanwhile, does nothing', async () => {
    await using here = await world();
    const uid = await here.make('notes');
    await here.api.request({ method: 'DELETE', path: here.path('notes') });
    // Its deletion may not be known yet.
    await here.source.writeStatus(uid, status);
    const next = await here.make('notes');
    await here.source.writeStatus(uid, status);
    expect(here.source.get(next)?.status).toBeUndefined();
    expect((await here.api.request({ path: here.path('notes') }))['status']).toBeUndefined();
  });

  test('of a server that was made anew, which is not known yet, does not write to the new one', async () => {
    const space = await testNamespace();
    const path = pathOf(MCP_SERVERS, space.name);
    const { apiVersion, kind } = MCP_SERVERS;
    const body = { apiVersion, kind, metadata: { name: 'notes' }, spec: { binary: 'notes-server' } };
    const { uid = '' } = (await space.api.request({ method: 'POST', path, body })).metadata;
    const deaf: KubernetesApi = {
      ...space.api,
      async *watch({ signal, onOpen }) {
        onOpen?.();
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        yield* [];
      },
    };
    const source = createKubernetesSource({ api: deaf, namespaces: [space.name], log: quiet });
    await source.synced;
    await space.api.request({ method: 'DELETE', path: `${path}/notes` });
    await space.api.request({ method: 'POST', path, body });
    await source.writeStatus(uid, status);
    expect((await space.api.request({ path: `${path}/notes` }))['status']).toBeUndefined();
    source.close();
    await space.api.close();
  });

  test('a status beyond the bounds of the definition is not sent', async () => {
    await using here = await world();
    const uid = await here.make('notes');
    await expect(here.source.writeStatus(uid, { ...status, url: 'x'.repeat(3000) })).rejects.toThrow(/2048/);
    expect(writes(here)).toBe(0);
  });
});
