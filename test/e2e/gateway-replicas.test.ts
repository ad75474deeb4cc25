import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, open, PING } from '../../gateway/proxy/testing/exchange.ts';
import { listen, type Listening } from '../../gateway/proxy/testing/listening.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { applyServer, gatewayKubeconfig } from '../support/gateway-cluster.ts';
import { gatewayMounts, startGatewayProcess, type GatewayProcess, type Mounts } from '../support/gateway-process.ts';
import { refreshed, signedIn } from '../support/oauth-over-http.ts';
import { testDatabase } from '../support/postgres.ts';
import { startTcpBalancer, type TcpBalancer } from '../support/tcp-balancer.ts';

const OPEN = { oauth: { required: false, scopes: [], tools: [] } };
const SLOW = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}';
/** Milliseconds that the slow tool takes: longer than it takes to start another replica. */
const SLOW_MS = 3000;
/** Milliseconds until every node knows that a replica leaves: kube-proxy takes less than a second. */
const ENDPOINTS_MS = 500;

let folder: string;
let namespace: TestNamespace;
let service: TcpBalancer;
let backend: Listening;
let mounts: Mounts;
let replicas: GatewayProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  namespace = await testNamespace();
  service = await startTcpBalancer();
  backend = await listen(async (incoming, outgoing) => {
    if (incoming.method === 'GET') {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: open\n\n');
      return;
    }
    const body = await text(incoming);
    if (body === SLOW) await sleep(SLOW_MS);
    const session = incoming.headers['mcp-session-id'] ?? 'session-of-the-backend';
    outgoing.setHeader('content-type', 'application/json').setHeader('mcp-session-id', session).end(PING);
  });
  await applyServer(namespace, 'open', OPEN, backend.url);
  await applyServer(namespace, 'locked', {}, backend.url);
  mounts = await gatewayMounts(folder, `publicUrl: http://localhost:${service.port}\n`);
  await mounts.write('database/url', await testDatabase('gateway'));
  await writeFile(join(folder, 'kubeconfig'), await gatewayKubeconfig(namespace, namespace.server.url));
  replicas = await Promise.all([startReplica(), startReplica()]);
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  for (const replica of replicas) await replica[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
  await backend?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function startReplica(): Promise<GatewayProcess> {
  const kubeconfig = join(folder, 'kubeconfig');
  const replica = await startGatewayProcess({ mounts, kubeconfig, namespace: namespace.name });
  await replica.untilReady();
  return replica;
}

const targetOf = ({ port }: GatewayProcess) => ({ host: '127.0.0.1', port });
const issuer = (): string => `http://localhost:${service.port}`;
const endpoint = (name: string): string => `${issuer()}/api/v1/mcp/${name}/mcp`;

/** From now on every request goes to this one. */
function route(index: number): void {
  const replica = replicas[index % replicas.length];
  service.targets = replica ? [targetOf(replica)] : [];
  service.reset();
}

test('every step of a sign-in may meet another replica, and so may the token and its successor', async () => {
  let turn = 0;
  const steps: string[] = [];
  const tokens = await signedIn({
    issuer: issuer(),
    resource: endpoint('locked'),
    before: (step) => {
      steps.push(step);
      route(turn++);
    },
  });
  expect(steps).toEqual(['register', 'authorize', 'sign in', 'allow', 'token']);
  for (const index of [0, 1]) {
    route(index);
    const authorization = `Bearer ${tokens.access_token}`;
    expect((await exchange(endpoint('locked'), { headers: { authorization } })).status).toBe(200);
  }
  const again = await refreshed(issuer(), tokens);
  route(0);
  const authorization = `Bearer ${again.access_token}`;
  expect((await exchange(endpoint('locked'), { headers: { authorization } })).status).toBe(200);
});

test('a session that one replica sealed is opened by the other', async () => {
  route(0);
  const sealed = (await exchange(endpoint('open'))).headers['mcp-session-id'] ?? '';
  expect(sealed).toMatch(/^1\./);
  route(1);
  const answer = await exchange(endpoint('open'), { headers: { 'mcp-session-id': String(sealed) } });
  expect([answer.status, answer.headers['mcp-session-id']]).toEqual([200, sealed]);
});

test('a rolling update under load loses no request and ends streams whole', { timeout: 120_000 }, async () => {
  service.targets = replicas.map(targetOf);
  const load = startLoad();
  for (const index of [0, 1]) {
    const [leaving, staying] = [replicas[index], replicas[1 - index]];
    if (!leaving || !staying) throw new Error('there are two replicas');
    const next = await startReplica();
    const slow = [1, 2, 3, 4].map(async () => exchange(endpoint('open'), { body: SLOW }));
    service.targets = [targetOf(leaving)];
    const stream = await open(endpoint('open'), { method: 'GET' });
    service.targets = [targetOf(leaving), targetOf(staying)];
    await sleep(200);
    const exit = leaving.stop();
    expect(await text(stream)).toBe('data: open\n\n');
    expect((await leaving.health('/readyz')).status).toBe(503);
    await sleep(ENDPOINTS_MS);
    service.targets = [targetOf(next), targetOf(staying)];
    expect(await exit).toBe(0);
    replicas[index] = next;
    for (const answer of await Promise.all(slow)) expect(answer.status).toBe(200);
  }
  const { answered, lost } = await load.stop();
  expect(lost).toEqual([]);
  expect(answered).toBeGreaterThan(1000);
});

/** Clients that send one request after the other over connections that they keep. */
function startLoad() {
  const agent = new Agent({ keepAlive: true });
  const lost: string[] = [];
  let answered = 0;
  const over = new AbortController();

  async function send(): Promise<void> {
    const options = { method: 'POST', agent, headers: { 'content-type': 'application/json' } };
    const [response] = (await once(request(endpoint('open'), options).end(PING), 'response')) as [IncomingMessage];
    const body = await text(response);
    if (response.statusCode !== 200 || body !== PING) throw new Error(`${response.statusCode} ${body}`);
    answered++;
  }
  async function client(): Promise<void> {
    while (!over.signal.aborted) {
      await send().catch((error: unknown) => lost.push(String(error)));
      await sleep(2);
    }
  }
  const clients = Array.from({ length: 16 }, client);
  return {
    stop: async () => {
      over.abort();
      await Promise.all(clients);
      agent.destroy();
      return { answered, lost };
    },
  };
}
