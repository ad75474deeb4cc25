import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, PING } from '../../gateway/proxy/testing/exchange.ts';
import { listen, type Listening } from '../../gateway/proxy/testing/listening.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { applyServer, databaseBehind, gatewayKubeconfig } from '../support/gateway-cluster.ts';
import { gatewayMounts, startGatewayProcess, type GatewayProcess, type Mounts } from '../support/gateway-process.ts';
import { until } from '../support/mooring.ts';
import { signedIn } from '../support/oauth-over-http.ts';
import { testDatabase } from '../support/postgres.ts';
import { startTcpBalancer, type TcpBalancer } from '../support/tcp-balancer.ts';

const OPEN = { oauth: { required: false, scopes: [], tools: [] } };

let folder: string;
let namespace: TestNamespace;
let apiServer: TcpBalancer;
let database: TcpBalancer;
let backend: Listening;
let mounts: Mounts;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  namespace = await testNamespace();
  apiServer = await startTcpBalancer();
  database = await startTcpBalancer();
  backend = await listen((incoming, outgoing) => {
    incoming.resume();
    outgoing.setHeader('content-type', 'application/json').end(PING);
  });
  await applyServer(namespace, 'open', OPEN, backend.url);
  await applyServer(namespace, 'locked', {}, backend.url);
  await applyServer(namespace, 'starting', OPEN);
  mounts = await gatewayMounts(folder, '{}');
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, await gatewayKubeconfig(namespace, `https://127.0.0.1:${apiServer.port}`));
  gateway = await startGatewayProcess({ mounts, kubeconfig, namespace: namespace.name });
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await backend?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
  await apiServer?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const url = (path: string): string => `http://localhost:${gateway.port}${path}`;
const call = (name: string, headers = {}) => exchange(url(`/api/v1/mcp/${name}/mcp`), { headers });
const statusOf = async (name: string): Promise<number> => (await call(name)).status;

test('it waits for what is not there yet, says for what, and is alive meanwhile', async () => {
  const waitsFor = async (what: string): Promise<void> => {
    const body = `not ready: waiting for ${what}\n`;
    await until(async () => (await gateway.health('/readyz').catch(() => undefined))?.body === body, body);
    expect(await gateway.health('/healthz')).toMatchObject({ status: 200 });
  };
  await waitsFor('the URL of the database');
  const databaseUrl = databaseBehind(database, await testDatabase('gateway'));
  const { targets } = database;
  database.targets = [];
  await mounts.write('database/url', databaseUrl);
  await waitsFor('the database');
  database.targets = targets;
  await waitsFor('the servers of the cluster');
  await expect(call('open')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const api = new URL(namespace.server.url);
  apiServer.targets = [{ host: api.hostname, port: Number(api.port) }];
  await gateway.untilReady();
  expect(gateway.output()).not.toContain(decodeURIComponent(new URL(databaseUrl).password));
});

test('it routes where the status says, as soon as it says so', async () => {
  expect(await call('open')).toMatchObject({ status: 200, body: PING });
  expect([await statusOf('locked'), await statusOf('starting'), await statusOf('nobody')]).toEqual([401, 503, 404]);
  await applyServer(namespace, 'starting', OPEN, backend.url);
  await until(async () => (await statusOf('starting')) === 200, 'the route to a server that has started');
  await applyServer(namespace, 'starting', { ...OPEN, enabled: false }, backend.url);
  await until(async () => (await statusOf('starting')) === 404, 'the end of a server that is disabled');
});

test('it serves what it knew last while the API server is away, and catches up by itself', async () => {
  const lastContact = async (): Promise<number> =>
    Number(/^mooring_source_last_contact_seconds (\S+)$/m.exec((await gateway.health('/metrics')).body)?.[1]);
  expect(await lastContact()).toBe(0);
  const { targets } = apiServer;
  apiServer.targets = [];
  apiServer.reset();
  await applyServer(namespace, 'later', OPEN, backend.url);
  await until(async () => (await lastContact()) > 2, 'a source that is two seconds old');
  expect([await statusOf('open'), await statusOf('later')]).toEqual([200, 404]);
  expect(await gateway.health('/readyz?verbose')).toMatchObject({
    status: 200,
    body: expect.stringMatching(/^ok\nservers as of [2-9]\.\d s ago\n$/),
  });
  apiServer.targets = targets;
  await until(async () => (await statusOf('later')) === 200, 'a server that came meanwhile');
  expect(await lastContact()).toBe(0);
});

test('tokens go on working while the database is away, nobody can sign in, and it comes back by itself', async () => {
  const issuer = `http://localhost:${gateway.port}`;
  const signIn = () => signedIn({ issuer, resource: url('/api/v1/mcp/locked/mcp') });
  const { access_token: token = '' } = await signIn();
  expect(decodeJwt(token).iss).toBe(issuer);
  const headers = { authorization: `Bearer ${token}` };
  const { targets } = database;
  database.targets = [];
  database.reset();
  expect((await call('locked', headers)).status).toBe(200);
  for (const [path, request] of Object.entries({
    '/oauth/register': { body: '{"redirect_uris":["http://127.0.0.1/"]}' },
    '/oauth/authorize?client_id=abc&response_type=code&redirect_uri=http://127.0.0.1/': { method: 'GET' },
    '/oauth/token': {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&client_id=abc&refresh_token=abc',
    },
  })) {
    const answer = await exchange(url(path), request);
    expect([path, answer.status, answer.headers['retry-after']]).toEqual([path, 503, '5']);
  }
  expect((await gateway.health('/readyz')).status).toBe(200);
  expect((await gateway.health('/healthz')).status).toBe(200);
  database.targets = targets;
  expect((await signIn()).access_token).toMatch(/^ey/);
});

test('SIGTERM while it waits ends it at once, and without an error', async () => {
  const config = join(folder, 'nowhere.yaml');
  await using waiting = await startGatewayProcess({
    mounts: { ...mounts, config },
    kubeconfig: join(folder, 'kubeconfig'),
    namespace: namespace.name,
  });
  await until(async () => waiting.output().includes('nowhere.yaml'), 'the name of the file that is missing');
  const startedAt = performance.now();
  expect(await waiting.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});
