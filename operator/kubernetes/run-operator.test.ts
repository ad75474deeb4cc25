import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client } from 'pg';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { rotated, type KeyRing } from '../../core/keys.ts';
import { createLog } from '../../core/log.ts';
import { MooringConfig } from '../../core/mooring-config.ts';
import { conditionOf } from '../../crds/condition-of.ts';
import type { McpServerStatus } from '../../crds/mcpserver-status.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { testAdminUrl } from '../../test/support/postgres.ts';
import { faultyApiServer } from '../../test/support/faulty-api-server.ts';
import { runOperator, type RunningOperator, type RunOperatorOptions } from './run-operator.ts';

const log = createLog('test');
log.level = 'silent';

beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);

const GATEWAY_KEYS = { tokens: 'ES256', identity: 'ES256', cookies: 'HS256', seal: 'HS256' } as const;

async function start(home: TestNamespace, options: Partial<RunOperatorOptions> = {}): Promise<RunningOperator> {
  const running = await runOperator({
    home: home.name,
    identity: 'one',
    namespaces: [home.name],
    kubeconfig: home.server.kubeconfig,
    gatewayKeys: GATEWAY_KEYS,
    databaseSecret: undefined,
    config: { current: MooringConfig.parse({}), onChange: () => () => {} },
    podIp: undefined,
    healthPort: 0,
    log,
    ...options,
  });
  onTestFinished(async () => running.stop());
  return running;
}

/** What a test does as administrator, in one namespace. */
function admin({ api, name: namespace }: TestNamespace) {
  const core = `/api/v1/namespaces/${namespace}`;
  const servers = `/apis/mooring.dev/v1alpha1/namespaces/${namespace}/mcpservers`;
  const get = async (path: string): Promise<KubernetesObject> => api.request({ path });
  const remove = async (path: string): Promise<void> => void (await api.request({ method: 'DELETE', path }));
  const apply = async (path: string, body: object): Promise<KubernetesObject> =>
    api.request({
      method: 'PATCH',
      path,
      query: { fieldManager: 'person', force: true },
      contentType: 'application/apply-patch+yaml',
      body,
    });
  return {
    core,
    servers,
    get,
    remove,
    apply,
    secret: async (name: string): Promise<Record<string, string>> => {
      const { data } = await get(`${core}/secrets/${name}`);
      const entries = Object.entries(data as Record<string, string>);
      return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
    },
    putSecret: async (name: string, stringData: Record<string, string>) =>
      apply(`${core}/secrets/${name}`, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData }),
    putBundled: async (data: Record<string, string>) =>
      apply(`${core}/configmaps/mooring-bundled`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'mooring-bundled' },
        data,
      }),
    jwks: async (): Promise<{ kid: string; iss: string }[]> => {
      const { data } = await get(`${core}/configmaps/mooring-identity`);
      return (
        JSON.parse((data as Record<string, string>)['jwks.json'] ?? '') as { keys: { kid: string; iss: string }[] }
      ).keys;
    },
  };
}

const soon = async <Result>(look: () => Promise<Result>): Promise<Result> =>
  vi.waitFor(look, { timeout: 10_000, interval: 50 });
/** What nobody calls for: it is looked at again after ten seconds. */
const later = async <Result>(look: () => Promise<Result>): Promise<Result> =>
  vi.waitFor(look, { timeout: 20_000, interval: 50 });
const gone = async (look: Promise<unknown>) => expect(look).rejects.toMatchObject({ status: 404 });

const MARKETPLACE = `apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata: { name: marketplace }
spec: { image: mooring.test/mooring:1, title: Marketplace }
`;

test('makes its Secrets once, and what is derived from them; a restart changes nothing', async () => {
  await using home = await testNamespace();
  const { core, get, secret, putSecret, jwks, putBundled, apply, servers } = admin(home);
  await apply(`${core}/secrets/mooring-admin`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mooring-admin' },
    stringData: { password: 'mine' },
  });
  await putBundled({ 'marketplace.yaml': MARKETPLACE });
  const first = await start(home);
  await soon(async () => get(`${servers}/marketplace`));
  const names = ['gateway-keys', 'operator-key', 'admin', 'database', 'gateway-database'].map(
    (name) => `mooring-${name}`,
  );
  const paths = [...names, 'marketplace-database', 'marketplace-kek'].map((name) => `${core}/secrets/${name}`);
  const versions = async () =>
    Promise.all(
      [...paths, `${core}/configmaps/mooring-identity`, `${servers}/marketplace`].map(
        async (path) => (await get(path)).metadata.resourceVersion,
      ),
    );
  await soon(versions);

  expect(await secret('mooring-admin')).toEqual({ password: 'mine' });
  const { password, url } = await secret('mooring-database');
  expect(url).toBe(`postgresql://postgres:${password}@mooring-database.${home.name}:5432/mooring?sslmode=disable`);
  const gateway = new URL((await secret('mooring-gateway-database'))['url'] ?? '');
  expect([gateway.username, gateway.host]).toEqual(['gateway', `mooring-database.${home.name}:5432`]);
  expect(gateway.password).not.toBe(password);
  expect(Buffer.from((await secret('marketplace-kek'))['kek'] ?? '', 'base64url')).toHaveLength(32);
  const rings = JSON.parse((await secret('mooring-gateway-keys'))['keys.json'] ?? '') as Record<string, KeyRing>;
  expect(Object.keys(rings)).toEqual(Object.keys(GATEWAY_KEYS));
  expect((await jwks()).map(({ iss }) => iss)).toEqual(['mooring:gateway', 'mooring:operator']);
  // Nothing private in what every server reads.
  expect(JSON.stringify(await jwks())).not.toContain('"d"');

  // Its status is written once more or less, then nothing.
  await soon(async () =>
    expect((await get(`${servers}/marketplace`))['status']).toMatchObject({ observedGeneration: 1 }),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await versions();
  await first.stop();
  const second = await start(home, { identity: 'two' });
  await soon(async () => expect(second.isLeader()).toBe(true));
  await putSecret('unrelated', { a: 'b' });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await versions()).toEqual(before);
  // Not even requests that change nothing. The lease is kept with PUT.
  const metrics = await (await fetch(`http://localhost:${second.healthPort}/metrics`)).text();
  const written = metrics
    .split('\n')
    .filter((line) => /^rest_client_requests_total\{method="(PATCH|POST|DELETE)"/.test(line));
  expect(written.filter((line) => !line.endsWith(' 0'))).toEqual([]);
});

test('Secrets that are deleted come back, but for a key that something was encrypted with', async () => {
  await using home = await testNamespace();
  const { core, remove, secret, jwks, putBundled } = admin(home);
  await putBundled({ 'marketplace.yaml': MARKETPLACE });
  await start(home);
  await soon(async () => secret('marketplace-database'));
  const before = await soon(jwks);
  for (const name of ['mooring-gateway-keys', 'mooring-gateway-database', 'marketplace-kek'])
    await remove(`${core}/secrets/${name}`);
  await soon(async () => secret('mooring-gateway-keys'));
  await soon(async () => secret('mooring-gateway-database'));
  // Its new key is told at once.
  await soon(async () => expect((await jwks())[0]?.kid).not.toBe(before[0]?.kid));
  await gone(secret('marketplace-kek'));
});

test('a rotated key is told to every namespace with a server, and to no other', async () => {
  await using home = await testNamespace();
  await using other = await testNamespace();
  const [{ secret, putSecret, jwks }, elsewhere] = [admin(home), admin(other)];
  await start(home, { namespaces: [other.name] });
  await soon(jwks);
  await gone(elsewhere.jwks());
  await elsewhere.apply(`${elsewhere.servers}/notes-${other.name}`, {
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name: `notes-${other.name}` },
    spec: { image: 'mooring.test/notes:1' },
  });
  await soon(elsewhere.jwks);

  const rings = JSON.parse((await secret('mooring-gateway-keys'))['keys.json'] ?? '') as { identity: KeyRing };
  const identity = await rotated(rings.identity, 60);
  await putSecret('mooring-gateway-keys', { 'keys.json': JSON.stringify({ ...rings, identity }) });
  await soon(async () => expect(await jwks()).toHaveLength(3));
  await soon(async () => expect(await elsewhere.jwks()).toEqual(await jwks()));

  // A person's edit does not stay, nor does a broken Secret take anything away.
  await elsewhere.apply(`${elsewhere.core}/configmaps/mooring-identity`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'mooring-identity' },
    data: { 'jwks.json': '{}' },
  });
  await soon(async () => expect(await elsewhere.jwks()).toHaveLength(3));
  await putSecret('mooring-gateway-keys', { 'keys.json': 'broken' });
  await elsewhere.remove(`${elsewhere.servers}/notes-${other.name}`);
  await soon(async () => gone(elsewhere.jwks()));
  expect(await jwks()).toHaveLength(3);
});

test('where the keys may not be told, the servers of the namespace say why; what somebody else put there stays', async () => {
  await using home = await testNamespace();
  await using other = await testNamespace();
  const elsewhere = admin(other);
  const quota = `${elsewhere.core}/resourcequotas/none`;
  const hard = (count: string) => ({ hard: { 'count/configmaps': count } });
  const setLimit = async (count: string) => {
    const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' } };
    await elsewhere.apply(quota, { ...body, spec: hard(count) });
    // No controller counts here: the status says what it would.
    await elsewhere.apply(`${quota}/status`, {
      ...body,
      status: { ...hard(count), used: { 'count/configmaps': '0' } },
    });
  };
  await setLimit('0');
  await start(home, { namespaces: [other.name] });
  const name = `notes-${other.name}`;
  await elsewhere.apply(`${elsewhere.servers}/${name}`, {
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name },
    spec: { image: 'mooring.test/notes:1' },
  });
  const ready = async () => {
    const { status } = (await elsewhere.get(`${elsewhere.servers}/${name}`)) as { status?: McpServerStatus };
    return conditionOf(status, 'Ready');
  };
  await soon(async () => expect((await ready())?.reason).toBe('QuotaExceeded'));
  expect((await ready())?.message).toContain('count/configmaps');
  await elsewhere.get(`/apis/apps/v1/namespaces/${other.name}/deployments/${name}`);

  await setLimit('5');
  const path = `${elsewhere.core}/configmaps/mooring-identity`;
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mooring-identity' }, data: { a: 'b' } };
  await soon(async () => elsewhere.apply(path, theirs));
  await later(async () => expect((await ready())?.reason).toBe('Conflict'));
  expect((await elsewhere.get(path))['data']).toEqual({ a: 'b' });
  await elsewhere.remove(path);
  await later(async () => expect((await ready())?.reason).toBe('Starting'));
  await elsewhere.jwks();
}, 60_000);

test('bundled servers: applied, kept, restored, and removed when they are switched off; other people’s edits and servers stay', async () => {
  await using home = await testNamespace();
  const { servers, get, remove, apply, putBundled } = admin(home);
  const path = `${servers}/marketplace`;
  const own = { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer' };
  const invalid = MARKETPLACE.replace('name: marketplace', 'name: invalid').replace('title', 'tilte');
  await putBundled({ 'broken.yaml': ':', 'invalid.yaml': invalid, 'marketplace.yaml': MARKETPLACE });
  await start(home);
  await soon(async () => get(path));
  await apply(path, { ...own, metadata: { name: 'marketplace' }, spec: { replicas: 2, title: 'Mine' } });
  await soon(async () => expect((await get(path))['spec']).toMatchObject({ replicas: 2, title: 'Marketplace' }));

  const { uid } = (await get(path)).metadata;
  await remove(path);
  await soon(async () => expect((await get(path)).metadata.uid).not.toBe(uid));

  await apply(`${servers}/another`, { ...own, metadata: { name: 'another' }, spec: { image: 'mooring.test/mine:1' } });
  await putBundled({ 'another.yaml': MARKETPLACE.replace('name: marketplace', 'name: another') });
  await soon(async () => gone(get(path)));
  expect((await get(`${servers}/another`))['spec']).toMatchObject({ image: 'mooring.test/mine:1' });
  // The chart is uninstalled: what it brought stays.
  await putBundled({ 'marketplace.yaml': MARKETPLACE });
  await soon(async () => get(path));
  await remove(`${admin(home).core}/configmaps/mooring-bundled`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await get(path);
});

test('database roles: made when the database comes, made again when it comes back empty', async () => {
  await using home = await testNamespace();
  const { secret, putSecret, putBundled } = admin(home);
  await putBundled({ 'marketplace.yaml': MARKETPLACE });
  await start(home, { databaseSecret: { name: 'external', key: 'uri' } });
  await soon(async () => secret('mooring-gateway-keys'));
  await gone(secret('mooring-gateway-database'));
  await gone(secret('mooring-database'));

  const adminUrl = await testAdminUrl();
  await putSecret('external', { uri: adminUrl });
  const { url = '' } = await soon(async () => secret('marketplace-database'));
  const whoAmI = async () => query(url, 'select current_user as name, current_schema() as schema');
  expect(await soon(whoAmI)).toEqual([{ name: 'marketplace', schema: 'marketplace' }]);

  // As if its volume were new.
  await query(adminUrl, 'drop schema marketplace; drop owned by marketplace; drop role marketplace');
  await query(
    adminUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mooring-operator'`,
  );
  expect(await soon(whoAmI)).toEqual([{ name: 'marketplace', schema: 'marketplace' }]);
});

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

test('a database that takes connections and says nothing keeps nobody from stopping', async () => {
  await using home = await testNamespace();
  const { putSecret } = admin(home);
  const black = createServer();
  await new Promise<void>((resolve) => black.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void black.close());
  const { port } = black.address() as AddressInfo;
  const asked = new Promise<Socket>((resolve) => black.once('connection', resolve));
  await putSecret('external', { uri: `postgresql://a:b@127.0.0.1:${port}/mooring?sslmode=disable` });
  const operator = await start(home, { databaseSecret: { name: 'external', key: 'uri' } });
  await asked;
  const askedAt = performance.now();
  await operator.stop();
  expect(performance.now() - askedAt).toBeLessThan(9000);
});

test('two replicas: one acts, both are ready, and the other one takes over', async () => {
  await using home = await testNamespace();
  const { servers, apply, get } = admin(home);
  const first = await start(home);
  await soon(async () => expect(first.isLeader()).toBe(true));
  const second = await start(home, { identity: 'two' });
  const ask = async ({ healthPort }: RunningOperator, path: string) => fetch(`http://localhost:${healthPort}${path}`);
  await soon(async () => expect((await ask(second, '/readyz')).status).toBe(200));
  expect(second.isLeader()).toBe(false);
  expect(await (await ask(first, '/metrics')).text()).toContain('mooring_leader 1');
  const idle = await (await ask(second, '/metrics')).text();
  expect(idle).toContain('mooring_leader 0');
  expect(idle).toContain('controller_runtime_reconcile_errors_total{controller="mcpserver"} 0');
  expect(idle).toContain('rest_client_requests_total{method="PATCH",code="200"} 0');

  const askedAt = performance.now();
  await first.stop();
  await apply(`${servers}/notes-${home.name}`, {
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name: `notes-${home.name}` },
    spec: { image: 'mooring.test/notes:1' },
  });
  await soon(async () => get(`/apis/apps/v1/namespaces/${home.name}/deployments/notes-${home.name}`));
  expect(performance.now() - askedAt).toBeLessThan(9000);
});

test('an API server that is away: alive, not ready, and back by itself', async () => {
  await using home = await testNamespace();
  await using faulty = await faultyApiServer(home);
  await faulty.proxy.set({ away: true });
  const operator = await start(home, { kubeconfig: faulty.kubeconfig });
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${operator.healthPort}${path}`)).status;
  expect(await ask('/healthz')).toBe(200);
  expect(await ask('/readyz')).toBe(503);
  await faulty.proxy.set({ away: false });
  await soon(async () => expect(await ask('/readyz')).toBe(200));
  await soon(async () => expect(operator.isLeader()).toBe(true));
});
