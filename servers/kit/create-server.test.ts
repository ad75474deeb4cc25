import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectLegacy, connectModern, ERAS } from '../../test/support/eras.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { createServer, defineTool, ToolFailure, type RunningServer, type ToolContext } from './index.ts';

interface Services {
  readonly greeting: string;
  readonly gate: Promise<void>;
  readonly seen: string[];
}

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const described = (name: string) => ({ name, title: name, description: `Does ${name}.`, annotations: READS });

const greet = defineTool({
  ...described('greet'),
  input: z.strictObject({ name: z.string().max(20) }),
  output: z.object({ text: z.string(), subject: z.string().optional() }),
  handler: async ({ name }, { identity, greeting }: ToolContext<Services>) => ({
    text: `${greeting} ${name}`,
    ...(identity.subject !== undefined && { subject: identity.subject }),
  }),
});
const wait = defineTool({
  ...described('wait'),
  input: z.strictObject({}),
  output: z.object({ waited: z.boolean() }),
  handler: async (_input, { gate, seen, signal }: ToolContext<Services>) => {
    seen.push('began');
    signal.addEventListener('abort', () => seen.push('aborted'));
    await Promise.race([gate, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    return { waited: true };
  },
});
const fail = defineTool({
  ...described('fail'),
  input: z.strictObject({ how: z.enum(['told', 'bug', 'wrong output', 'chatty output']) }),
  output: z.object({ done: z.boolean() }),
  handler: async ({ how }) => {
    if (how === 'told') throw new ToolFailure('There is no such thing. List what there is first.');
    if (how === 'bug') throw new TypeError('password=hunter2 is undefined');
    if (how === 'chatty output') return { done: true, internal: 'hunter2' };
    return { done: 'hunter2' as unknown as boolean };
  },
});
const write = defineTool({
  ...described('write'),
  scopes: ['tools:write'],
  input: z.strictObject({}),
  output: z.object({ written: z.boolean() }),
  handler: async () => ({ written: true }),
});

const USER = { subject: 'ada', clientId: 'test', scopes: ['user', 'tools:read'] };
let identities: Identities;
let server: RunningServer;
let log: ReturnType<typeof readableLog>;
let gate: PromiseWithResolvers<void>;
let seen: string[];
let closed: boolean;

beforeEach(async () => {
  identities = await createIdentities('default/kit-test');
  log = readableLog();
  gate = Promise.withResolvers();
  seen = [];
  closed = false;
  server = await start();
});

const start = async (graceMs?: number) =>
  createServer(
    {
      ...(graceMs !== undefined && { graceMs }),
      name: 'kit-test',
      title: 'Kit test',
      version: '1.2.3',
      instructions: 'Greet people.',
      tools: [greet, wait, fail, write],
      services: { greeting: 'Hello', gate: gate.promise, seen },
      log: log.log,
      ready: async () => {
        if (seen.includes('broken')) throw new Error('something is broken');
      },
      close: async () => {
        closed = true;
      },
    },
    identities.env,
  );

afterEach(async () => {
  gate.resolve();
  await server.stop();
  await identities[Symbol.asyncDispose]();
});

const endpoint = () => `${server.url}/mcp`;
const post = async (body: unknown, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(endpoint(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });

describe.each(ERAS)('a client of the $era era', ({ connect, version }) => {
  test('lists the tools and calls one', async () => {
    await using client = await connect(endpoint(), await identities.headers(USER));
    expect(client.protocolVersion).toBe(version);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['greet', 'wait', 'fail', 'write']);
    expect(tools[0]).toMatchObject({
      title: 'greet',
      annotations: READS,
      inputSchema: { type: 'object', properties: { name: { type: 'string', maxLength: 20 } }, required: ['name'] },
      outputSchema: { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false },
    });
    const result = await client.call('greet', { name: 'Bob' });
    expect(result.structuredContent).toEqual({ text: 'Hello Bob', subject: 'ada' });
    expect(JSON.parse(result.content[0]?.text ?? '')).toEqual(result.structuredContent);
  });

  test('reads what it did wrong', async () => {
    await using client = await connect(endpoint(), await identities.headers(USER));
    const wrong = await client.call('greet', { name: 'x'.repeat(21), extra: 1 });
    expect(wrong.isError).toBe(true);
    expect(wrong.content[0]?.text).toMatch(/name.*<=20 characters.*extra/s);
    const told = await client.call('fail', { how: 'told' });
    expect(told).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: 'There is no such thing. List what there is first.' }],
    });
  });

  test.each(['bug', 'wrong output'])('learns nothing of a %s but an id, which the log has too', async (how) => {
    await using client = await connect(endpoint(), await identities.headers(USER));
    const result = await client.call('fail', { how });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|TypeError|invalid_type|at .*\.ts/);
    const id = /error id ([0-9a-f]{8})/.exec(result.content[0]?.text ?? '')?.[1];
    expect(log.lines().find((line) => line['id'] === id)).toMatchObject({ level: 50, tool: 'fail' });
  });

  test('gets no field that the output schema does not name', async () => {
    await using client = await connect(endpoint(), await identities.headers(USER));
    expect((await client.call('fail', { how: 'chatty output' })).structuredContent).toEqual({ done: true });
  });

  test('needs the scopes of a tool', async () => {
    await using reader = await connect(endpoint(), await identities.headers(USER));
    const refused = await reader.call('write');
    expect(refused).toMatchObject({ isError: true });
    expect(refused.content[0]?.text).toContain('scope tools:write');
    await using writer = await connect(endpoint(), await identities.headers({ ...USER, scopes: ['tools:write'] }));
    expect((await writer.call('write')).structuredContent).toEqual({ written: true });
  });

  test('that is the operator may look, not touch', async () => {
    const headers = await identities.headers({ scopes: [] }, { issuer: 'mooring:operator' });
    await using operator = await connect(endpoint(), headers);
    expect((await operator.listTools()).tools).toHaveLength(4);
    await expect(operator.call('greet', { name: 'Bob' })).rejects.toThrow(/403|only ask what this server is/);
  });

  test('finishes its call while the server stops', async () => {
    await using client = await connect(endpoint(), await identities.headers(USER));
    const call = client.call('wait');
    await expect.poll(() => seen).toContain('began');
    const stopped = server.stop();
    await sleep(100);
    expect(closed).toBe(false);
    await expect(post(request('ping'))).rejects.toThrow('fetch failed');
    gate.resolve();
    expect((await call).structuredContent).toEqual({ waited: true });
    await stopped;
    expect(closed).toBe(true);
  });
});

describe('without an identity that counts', () => {
  const foreign = async () => {
    await using others = await createIdentities('default/kit-test');
    return others.headers(USER);
  };
  const expired = async () => {
    const realNow = Date.now;
    // 66 s: the life of an identity and the 5 s that clocks may differ by.
    Date.now = () => realNow() - 66_000;
    return identities.headers(USER).finally(() => (Date.now = realNow));
  };
  test.each<[string, () => Promise<Record<string, string>>]>([
    ['none', async () => ({})],
    ['garbage', async () => ({ 'mooring-identity': 'x.y.z' })],
    ['an empty one', async () => ({ 'mooring-identity': '' })],
    ['one of an unknown key', foreign],
    ['one for another server', async () => identities.headers(USER, { server: 'default/other' })],
    ['one that has expired', expired],
    [
      'the operator’s key that claims to be the gateway',
      async () => identities.headers(USER, { ring: identities.rings['mooring:operator'] }),
    ],
    [
      'the gateway’s key that claims to be the operator',
      async () => identities.headers(USER, { issuer: 'mooring:operator', ring: identities.rings['mooring:gateway'] }),
    ],
    [
      'two of them',
      async () => {
        const { 'mooring-identity': one } = await identities.headers(USER);
        return { 'mooring-identity': `${one}, ${one}` };
      },
    ],
    ['a bearer token instead', async () => ({ authorization: 'Bearer abc' })],
  ])('%s: 401, for every verb', async (_name, headers) => {
    const sent = await headers();
    const response = await post(request('tools/list'), sent);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32_000, message: expect.stringContaining('gateway'), data: { errorId: expect.any(String) } },
    });
    expect((await fetch(endpoint(), { headers: sent })).status).toBe(401);
    expect((await fetch(endpoint(), { headers: sent, method: 'DELETE' })).status).toBe(401);
  });
});

describe('the operator', () => {
  const asOperator = async () => identities.headers({ scopes: [] }, { issuer: 'mooring:operator' });

  test.each([
    [request('tools/call', { name: 'greet', arguments: { name: 'Bob' } })],
    [request('resources/read', { uri: 'ui://x' })],
    [request('prompts/get', { name: 'x' })],
    [request('subscriptions/listen', { notifications: {} })],
    [[request('ping'), request('tools/call', { name: 'greet', arguments: { name: 'Bob' } })]],
    [[request('ping'), { jsonrpc: '2.0', id: 2, result: {} }]],
    ['not json'],
    [null],
  ])('may not send %j', async (body) => {
    const response = await post(body, await asOperator());
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { data: { code: 'operator_may_only_discover' } } });
  });

  test('may send discovery, in a batch too', async () => {
    const batch = [request('ping'), { ...request('tools/list'), id: 2 }];
    expect((await post(batch, { ...(await asOperator()), 'mcp-protocol-version': '2025-03-26' })).status).toBe(200);
  });
});

describe('over HTTP', () => {
  test('there are no sessions', async () => {
    const headers = await identities.headers(USER);
    const initialize = request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    });
    const response = await post(initialize, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('mcp-session-id')).toBeNull();
    await response.text();
    expect((await fetch(endpoint(), { headers })).status).toBe(405);
    expect((await fetch(endpoint(), { headers, method: 'DELETE' })).status).toBe(405);
  });

  test('what is not JSON is a parse error of JSON-RPC', async () => {
    const response = await post('{', await identities.headers(USER));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32_700 } });
  });

  test.each<[string, RequestInit]>([
    ['declared', { body: 'x'.repeat(4 * 1024 * 1024 + 1) }],
    ['streamed', { body: new Blob(['x'.repeat(5 * 1024 * 1024)]).stream(), duplex: 'half' }],
  ])('a %s body above the limit is refused', async (_name, init) => {
    const response = await post('', await identities.headers(USER), init);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { data: { code: 'body_too_large' } } });
  });

  test('health needs no identity; readiness says what is missing', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    seen.push('broken');
    const response = await fetch(`${server.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([503, { status: 'something is broken' }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404);
  });

  test('a foreign Host is refused on loopback, the authority of the server is not', async () => {
    const { request: httpRequest } = await import('node:http');
    const status = async (host: string) => {
      const headers = { ...(await identities.headers(USER)), host };
      return new Promise((resolve) =>
        httpRequest(endpoint(), { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end(),
      );
    };
    expect(await status('evil.example')).toBe(403);
    expect(await status(new URL(server.url).host)).toBe(405);
  });

  test('a client of the modern era that goes away cancels its call', async () => {
    await using client = await connectModern(endpoint(), await identities.headers(USER));
    const abort = new AbortController();
    const call = client.call('wait', {}, { signal: abort.signal });
    await expect.poll(() => seen).toContain('began');
    abort.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await expect.poll(() => seen).toContain('aborted');
  });

  test('a client that keeps its connection does not hold up the stop', async () => {
    await using _client = await connectLegacy(endpoint(), await identities.headers(USER));
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('a call that does not end is cut off when its time is over', async () => {
    const hasty = await start(50);
    await using client = await connectModern(`${hasty.url}/mcp`, await identities.headers(USER));
    const call = client.call('wait').catch((error: unknown) => error);
    await expect.poll(() => seen).toContain('began');
    const started = performance.now();
    await hasty.stop();
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(closed).toBe(true);
    expect(seen).toContain('aborted');
    expect(await call).toBeInstanceOf(Error);
  });
});
