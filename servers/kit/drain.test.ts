import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ERAS } from '../../test/support/eras.ts';
import { createIdentities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { startTcpBalancer } from '../../test/support/tcp-balancer.ts';
import { createServer, defineTool } from './index.ts';

const USER = { subject: 'ada', clientId: 'test', scopes: ['user'] };

const nap = defineTool({
  name: 'nap',
  title: 'Nap',
  description: 'Sleeps.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({ ms: z.number() }),
  output: z.object({ slept: z.number() }),
  handler: async ({ ms }) => {
    await sleep(ms);
    return { slept: ms };
  },
});

const start = async (env: NodeJS.ProcessEnv) => {
  const definition = { name: 'drain-test', title: 'Drain test', version: '1.0.0', tools: [nap], services: {} };
  // As in a pod: on loopback it does not wait for what is on its way.
  return createServer({ ...definition, log: readableLog().log }, { ...env, HOST: '0.0.0.0' });
};

test.each(ERAS)('replicas that are replaced one by one lose no call: $era era', async ({ connect }) => {
  await using identities = await createIdentities('default/drain-test');
  const replicas = [await start(identities.env), await start(identities.env)];
  const targets = () => replicas.map(({ url }) => ({ host: '127.0.0.1', port: Number(new URL(url).port) }));
  await using service = await startTcpBalancer(...targets());
  const endpoint = `http://127.0.0.1:${service.port}/mcp`;
  const headers = await identities.headers(USER);
  const lost: string[] = [];
  let answered = 0;
  const over = new AbortController();

  const client = async (ms: number): Promise<void> => {
    await using connected = await connect(endpoint, headers);
    while (!over.signal.aborted) {
      await connected.call('nap', { ms }).then(
        () => answered++,
        (error: unknown) => lost.push(String(error)),
      );
    }
  };
  const load = [1, 1, 2, 5, 5, 1500].map(client);
  await sleep(200);
  for (const index of [0, 1]) {
    const [leaving, next] = [replicas[index], await start(identities.env)];
    const stopped = leaving?.stop();
    // Until every node knows that this one leaves; a pod's preStop sleep gives far more.
    await sleep(150);
    replicas[index] = next;
    service.targets = targets();
    await stopped;
  }
  over.abort();
  await Promise.all(load);
  expect(lost).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  for (const replica of replicas) await replica.stop();
});

test('a stream of notifications is ended whole', async () => {
  await using identities = await createIdentities('default/drain-test');
  const server = await start(identities.env);
  const params = {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
  const headers = {
    ...(await identities.headers(USER)),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'subscriptions/listen',
  };
  const asked = request(`${server.url.replace('0.0.0.0', '127.0.0.1')}/mcp`, { method: 'POST', headers }).end(body);
  const [stream] = (await once(asked, 'response')) as [IncomingMessage];
  expect([stream.statusCode, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
  const whole = text(stream);
  await server.stop();
  expect(await whole).toContain('subscriptions');
});
