import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { ApiError, openKubernetesApi, type ApiRequest, type KubernetesApi } from './kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from './kubernetes-object.ts';
import { startReflector } from './reflector.ts';
import { CONFIG_MAPS, expectCaughtUp, followed, quiet } from './testing/followed.ts';

beforeAll(() => testApiServer(), API_SERVER_TIMEOUT_MS);

const soon = { timeout: 5000, interval: 10 };

test('objects are frozen all the way down, say what they are, and carry no managedFields', async () => {
  await using world = await followed();
  await world.reflector.synced;
  await world.put('one', '1');
  await vi.waitFor(() => expect(world.reflector.list()).toHaveLength(1), soon);
  const [object] = world.reflector.list();
  expect(object).toMatchObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'one' },
    data: { value: '1' },
  });
  expect(object?.metadata).not.toHaveProperty('managedFields');
  expect(Object.isFrozen(object?.metadata)).toBe(true);
  expect(world.reflector.byUid(object?.metadata.uid ?? '')).toBe(object);
  expect(world.reflector.list()).toBe(world.reflector.list());
});

test('a list of several pages is read whole', async () => {
  const space = await testNamespace();
  const body = (index: number) => ({ metadata: { name: `page-${index}` }, data: {} });
  const path = pathOf(CONFIG_MAPS, space.name);
  const all = Array.from({ length: 1100 }, (_, index) => body(index));
  while (all.length > 0)
    await Promise.all(all.splice(0, 50).map((each) => space.api.request({ method: 'POST', path, body: each })));
  const calls: string[] = [];
  const api = openKubernetesApi({ kubeconfig: space.server.kubeconfig, onCall: ({ verb }) => calls.push(verb) });
  const reflector = startReflector({ api, kind: CONFIG_MAPS, namespaces: [space.name], log: quiet });
  await reflector.synced;
  expect(reflector.list()).toHaveLength(1100);
  expect(calls.filter((verb) => verb === 'GET')).toHaveLength(3);
  reflector.close();
  await Promise.all([api.close(), space.api.close()]);
});

test('of several namespaces it sees those, with rights in those only', async () => {
  const [one, two, other] = await Promise.all([testNamespace(), testNamespace(), testNamespace()]);
  const user = `user-${randomBytes(4).toString('hex')}`;
  const make = (path: string, body: object) => one.api.request({ method: 'POST', path, body });
  for (const { name } of [one, two]) {
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}`;
    await make(`${rbac}/roles`, {
      metadata: { name: 'reader' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }],
    });
    await make(`${rbac}/rolebindings`, {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
  }
  const api = openKubernetesApi({ kubeconfig: await one.server.kubeconfigFor({ commonName: user }) });
  const namespaces = [one.name, two.name];
  const reflector = startReflector({ api, kind: CONFIG_MAPS, namespaces, log: quiet });
  await reflector.synced;
  for (const { name } of [one, two, other]) await make(pathOf(CONFIG_MAPS, name), { metadata: { name: 'x' } });
  const seen = (): string[] => reflector.list().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  await vi.waitFor(() => expect(seen().toSorted()).toEqual(namespaces.map((name) => `${name}/x`).toSorted()), soon);
  // Watches of one namespace that begin anew take nothing away from the other.
  expect(reflector.lastContact()).toBe(0);
  reflector.close();
  await Promise.all([api.close(), one.api.close(), two.api.close(), other.api.close()]);
});

describe('note', () => {
  test('an own write can be read at once; the event of it tells nobody twice', async () => {
    await using world = await followed();
    await world.reflector.synced;
    const changes: string[] = [];
    world.reflector.onChange(({ metadata }, change) =>
      changes.push(`${metadata.name} ${change} ${metadata.resourceVersion}`),
    );
    const written = await world.put('one', '1');
    world.reflector.note(written);
    expect(world.reflector.get(world.space.name, 'one')?.metadata.resourceVersion).toBe(
      written.metadata.resourceVersion,
    );
    const marker = await world.put('two', '2');
    await vi.waitFor(() => expect(world.reflector.get(world.space.name, 'two')).toBeDefined(), soon);
    expect(changes).toEqual([
      `one changed ${written.metadata.resourceVersion}`,
      `two changed ${marker.metadata.resourceVersion}`,
    ]);
  });

  test('an answer that comes late brings back neither an older state nor a deleted object', async () => {
    await using world = await followed();
    await world.reflector.synced;
    const first = await world.put('one', '1');
    const second = await world.put('one', '2');
    world.reflector.note(second);
    world.reflector.note(first);
    expect(world.reflector.get(world.space.name, 'one')?.['data']).toEqual({ value: '2' });
    await world.remove('one');
    await vi.waitFor(() => expect(world.reflector.list()).toEqual([]), soon);
    world.reflector.note(second);
    expect(world.reflector.list()).toEqual([]);
  });

  test('what was written while everything is listed anew stays', async () => {
    await using world = await followed();
    await world.reflector.synced;
    await world.faulty.proxy.set({ away: true });
    const written = await world.put('one', '1');
    world.reflector.note(written);
    await world.faulty.proxy.set({ away: false });
    await expectCaughtUp(world);
    expect(world.reflector.byUid(written.metadata.uid ?? '')).toBeDefined();
  });
});

test('deleted and made anew in between, it is told as gone and as new', async () => {
  await using world = await followed();
  const old = await world.put('one', '1');
  await vi.waitFor(() => expect(world.reflector.list()).toHaveLength(1), soon);
  const changes: string[] = [];
  world.reflector.onChange(({ metadata }, change) => changes.push(`${change} ${metadata.uid}`));
  await world.faulty.proxy.set({ answer: { status: 410, to: 'watch' } });
  world.faulty.proxy.reset();
  await world.remove('one');
  const next = await world.put('one', '1');
  await world.faulty.proxy.set({ answer: null });
  await vi.waitFor(
    () => expect(changes).toEqual([`deleted ${old.metadata.uid}`, `changed ${next.metadata.uid}`]),
    soon,
  );
  expect(world.reflector.byUid(old.metadata.uid ?? '')).toBeUndefined();
});

test('an API server that has forgotten what came since (ERROR event 410) is asked for everything', async () => {
  // The API server begins anew to remember when a definition changes.
  const plural = `things${randomBytes(4).toString('hex')}`;
  const kind: ResourceKind = { apiVersion: `${plural}.test/v1`, kind: 'Thing', plural };
  await using world = await followed();
  const { api } = world.space;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const definition = (columns: readonly object[]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${plural}.test` },
    spec: {
      group: `${plural}.test`,
      scope: 'Namespaced',
      names: { kind: 'Thing', plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  });
  const apply = (columns: readonly object[]) =>
    api.request({
      method: 'PATCH',
      path: `${definitions}/${plural}.${plural}.test`,
      query: { fieldManager: 'test', force: true },
      contentType: 'application/apply-patch+yaml',
      body: definition(columns),
    });
  await apply([]);
  const path = pathOf(kind, world.space.name);
  await vi.waitFor(() => api.request({ path }), soon);
  const things = ['a', 'b'].map((name) => ({ apiVersion: kind.apiVersion, kind: 'Thing', metadata: { name } }));
  for (const body of things) await api.request({ method: 'POST', path, body });

  const warnings: unknown[] = [];
  const log = { ...quiet, warn: ({ err }: { err?: unknown }) => warnings.push(err) };
  const reflector = startReflector({ api: world.faulty.api, kind, namespaces: [world.space.name], log });
  await reflector.synced;
  const names = (): string[] => reflector.list().map(({ metadata }) => metadata.name);
  expect(names()).toEqual(['a', 'b']);
  await world.faulty.proxy.set({ away: true });
  await api.request({ method: 'DELETE', path: `${path}/a` });
  await apply([{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }]);
  const watchFromTheStart = async (): Promise<void> => {
    for await (const _ of api.watch({ path, query: { resourceVersion: '1' } })) return;
  };
  await vi.waitFor(() => expect(watchFromTheStart()).rejects.toMatchObject({ status: 410 }), soon);
  const watches = (): number =>
    world.faulty.calls.filter(({ verb, code }) => verb === 'WATCH' && code === '200').length;
  const before = watches();
  await world.faulty.proxy.set({ away: false });
  await vi.waitFor(() => expect(names()).toEqual(['b']), soon);
  // The other ones are that of the ConfigMaps, and the one after the list.
  expect(watches() - before).toBeLessThanOrEqual(3);
  reflector.close();
});

describe('with an API that is made up', () => {
  const object = (name: string, resourceVersion: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', uid: name, resourceVersion },
  });

  test('a store that was restored from a backup, and is behind, is listed anew', async () => {
    let items = [object('one', '90'), object('two', '100'), object('three', '99')];
    let version = '100';
    let end: (() => void) | undefined;
    const api: Pick<KubernetesApi, 'request' | 'watch'> = {
      request: async <Answer>() => ({ metadata: { resourceVersion: version }, items }) as Answer,
      async *watch({ signal, onOpen }) {
        onOpen?.();
        yield { type: 'BOOKMARK', object: object('', version) };
        await new Promise<void>((_, reject) => {
          end = () => reject(new Error('gone'));
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    };
    const reflector = startReflector({ api, kind: CONFIG_MAPS, log: quiet });
    await reflector.synced;
    items = [object('one', '90'), object('three', '80')];
    version = '95';
    await vi.waitFor(() => expect(end).toBeDefined(), soon);
    end?.();
    await vi.waitFor(() => expect(reflector.list()).toEqual(items), soon);
    reflector.close();
  });

  test('pages that are too large are asked for in smaller pieces', async () => {
    const all = Array.from({ length: 300 }, (_, index) => object(`server-${index}`, '1'));
    const limits: unknown[] = [];
    const api: Pick<KubernetesApi, 'request' | 'watch'> = {
      request: async <Answer>({ query }: ApiRequest) => {
        const limit = Number(query?.['limit']);
        limits.push(limit);
        if (limit > 200) throw new ApiError(0, 'TooLarge', 'too large');
        const from = Number(query?.['continue'] ?? 0);
        const metadata = { resourceVersion: '1', ...(from + limit < 300 && { continue: String(from + limit) }) };
        return { metadata, items: all.slice(from, from + limit) } as Answer;
      },
      watch: () => space.watch({ path: '/api/v1/configmaps' }),
    };
    const { api: space } = await testNamespace();
    const reflector = startReflector({ api, kind: CONFIG_MAPS, log: quiet });
    await reflector.synced;
    reflector.close();
    await space.close();
    expect(reflector.list()).toHaveLength(300);
    expect(limits).toEqual([500, 250, 125, 125, 125]);
  });
});

test('an object that we stumble over hides no other', async () => {
  const space = await testNamespace();
  const path = pathOf(CONFIG_MAPS, space.name);
  const post = (name: string) => space.api.request({ method: 'POST', path, body: { metadata: { name } } });
  const trim = (object: KubernetesObject): KubernetesObject => {
    if (object.metadata.name.startsWith('bad')) throw new Error('bug');
    return object;
  };
  const errors: unknown[] = [];
  const log = { ...quiet, error: (fields: object) => errors.push(fields) };
  await Promise.all(['bad-1', 'good-1'].map(post));
  const reflector = startReflector({ api: space.api, kind: CONFIG_MAPS, namespaces: [space.name], trim, log });
  await reflector.synced;
  await post('bad-2');
  await post('good-2');
  const names = (): string[] => reflector.list().map(({ metadata }) => metadata.name);
  await vi.waitFor(() => expect(names()).toEqual(['good-1', 'good-2']), soon);
  expect(errors).toMatchObject([{ object: 'bad-1' }, { object: 'bad-2' }]);
  reflector.close();
  await space.api.close();
});
