import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { IDENTITY_HEADER } from '../core/identity-token.ts';
import { acquaint, type Acquaintance } from './discovery.ts';
import type { JsonObject } from './mcp/post-message.ts';
import { ProbeFailure } from './mcp/probe-failure.ts';
import { listen } from './testdata/listen.ts';
import { sdkV1, sdkV2 } from './testdata/mcp-servers.ts';

const never = new AbortController().signal;
const meet = (url: string): Acquaintance =>
  acquaint({ url, server: 'default/notes' }, async (server) => `signed for ${server}`);
const look = async (url: string, withinMs = 5000) => meet(url).look(withinMs, never);

test('a server of both eras is asked in the newer one; both are known', async () => {
  await using server = await listen(sdkV2());
  expect(await look(server.url)).toEqual({
    server: {
      name: 'both',
      version: '2.0.0',
      title: 'Both eras',
      instructions: 'Ask me.',
      protocolVersions: ['2026-07-28', '2025-11-25'],
    },
    answersStrangers: true,
    tools: [
      { name: 'alpha', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string },
      { name: 'zeta', title: 'Z', digest: expect.any(String) as string },
    ],
    toolCount: 2,
    toolsComplete: true,
    resourceCount: 1,
    promptCount: 1,
  });
});

test('a server of the modern era alone', async () => {
  await using server = await listen(sdkV2('reject'));
  expect((await look(server.url)).server.protocolVersions).toEqual(['2026-07-28']);
});

test('a server of the legacy era that never answers the question of the other one, neither to us nor to a stranger', async () => {
  const legacy = sdkV1();
  await using server = await listen((request, response) => {
    if (request.headers['mcp-method'] !== 'server/discover') legacy(request, response);
  });
  expect(await look(server.url, 9000)).toMatchObject({ server: { name: 'old' }, answersStrangers: true });
});

test('a server of the legacy era: one session is kept for later looks and ended at the end', async () => {
  const sessions: Parameters<typeof sdkV1>[0] = new Map();
  await using server = await listen(sdkV1(sessions));
  const acquaintance = meet(server.url);
  const found = await acquaintance.look(5000, never);
  expect(found).toMatchObject({
    server: { name: 'old', version: '1.0.0', instructions: 'Legacy.', protocolVersions: ['2025-11-25'] },
    tools: [{ name: 'one' }],
    toolCount: 1,
    resourceCount: 0,
    promptCount: 0,
  });
  // The stranger's session is gone already.
  expect(sessions.size).toBe(1);
  const [session] = sessions.keys();
  expect(await acquaintance.look(5000, never)).toEqual(found);
  expect([...sessions.keys()]).toEqual([session]);
  await acquaintance.close();
  expect(sessions.size).toBe(0);
});

test('a session that the server has lost is a look in vain; the next one begins anew', async () => {
  const sessions: Parameters<typeof sdkV1>[0] = new Map();
  await using server = await listen(sdkV1(sessions));
  const acquaintance = meet(server.url);
  await acquaintance.look(5000, never);
  sessions.clear();
  await expect(acquaintance.look(5000, never)).rejects.toMatchObject({ kind: 'no-answer' });
  expect((await acquaintance.look(5000, never)).toolCount).toBe(1);
});

test('every request carries the identity, but those that ask as a stranger; who lets those in is named', async () => {
  const seen: unknown[] = [];
  const guarded: RequestListener = (request, response) => {
    seen.push(request.headers[IDENTITY_HEADER]);
    if (request.headers[IDENTITY_HEADER] === 'signed for default/notes') sdkV2()(request, response);
    else response.writeHead(401).end();
  };
  await using server = await listen(guarded);
  expect((await look(server.url)).answersStrangers).toBe(false);
  expect(new Set(seen)).toEqual(new Set(['signed for default/notes', undefined]));
});

/** A server of the modern era whose lists are what it is told to answer. */
const scripted =
  (lists: (params: JsonObject) => unknown): RequestListener =>
  (request, response) => {
    void json(request).then((message) => {
      const { id, method, params } = message as { id: number; method: string; params: JsonObject };
      const hello = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };
      const result = method === 'server/discover' ? hello : method === 'tools/list' && lists(params);
      const answer = result ? { result } : { error: { code: -32601, message: 'unknown' } };
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  };

const tool = (name: unknown, more = {}) => ({ name, inputSchema: { type: 'object' }, ...more });

test('pages are followed; a cursor that comes again ends the list', async () => {
  const asked: unknown[] = [];
  const paged = scripted(({ cursor }) => {
    asked.push(cursor);
    return { tools: [tool(`t${asked.length}`)], nextCursor: asked.length === 1 ? 'a' : 'b' };
  });
  await using server = await listen(paged);
  const { tools, toolsComplete } = await look(server.url);
  expect(tools?.map(({ name }) => name)).toEqual(['t1', 't2', 't3']);
  expect(toolsComplete).toBe(false);
  expect(asked).toEqual([undefined, 'a', 'b']);
});

test('a list without end is cut off', async () => {
  let page = 0;
  await using server = await listen(scripted(() => ({ tools: [tool(`t${page}`)], nextCursor: `c${page++}` })));
  expect(await look(server.url)).toMatchObject({ toolCount: 200, toolsComplete: false });
});

test('at most 1,024 tools are named, sorted; all are counted', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => tool(`t${String(2999 - index).padStart(4, '0')}`));
  await using server = await listen(scripted(() => ({ tools: many })));
  const { tools, toolCount, toolsComplete } = await look(server.url);
  expect([tools?.length, tools?.[0]?.name, toolCount, toolsComplete]).toEqual([1024, 't0000', 3000, false]);
});

test('tools with the longest names are named as far as a status holds them', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => tool(`${index}\u0007${'長'.repeat(300)}`));
  await using server = await listen(scripted(() => ({ tools: many })));
  const { tools, toolCount, toolsComplete } = await look(server.url);
  expect([toolCount, toolsComplete]).toEqual([1000, false]);
  expect(Buffer.byteLength(JSON.stringify(tools))).toBeGreaterThan(200_000);
  expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThan(263_000);
});

test('the digest of a tool changes with its definition, not with the order of its members', async () => {
  const definitions = [
    tool('t', { description: 'd' }),
    { inputSchema: { type: 'object' }, description: 'd', name: 't' },
    tool('t', { description: 'other' }),
  ];
  const digests = await Promise.all(
    definitions.map(async (definition) => {
      await using server = await listen(scripted(() => ({ tools: [definition] })));
      return (await look(server.url)).tools?.[0]?.digest;
    }),
  );
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

test('nonsense within an answer is left out', async () => {
  await using server = await listen(scripted(() => ({ tools: [tool(7), null, 'x', tool('good')], nextCursor: 5 })));
  expect((await look(server.url)).tools?.map(({ name }) => name)).toEqual(['good']);
});

const answering =
  (status: number, type: string, body = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

test.each([
  ['a web page', answering(404, 'text/html; charset=utf-8', '<p>'), 'not-mcp', 'answered HTTP 404 (text/html)'],
  ['other JSON', answering(200, 'application/json', '{"ok":true}'), 'not-mcp', 'answered HTTP 200 (application/json)'],
  ['no JSON', answering(200, 'application/json', '{'), 'not-mcp', 'answered HTTP 200'],
  ['a redirect', answering(302, 'text/plain'), 'not-mcp', 'answered HTTP 302'],
  ['credentials wanted', answering(401, 'text/plain'), 'unauthorized', 'answered HTTP 401'],
  ['a failure of its own', answering(500, 'text/plain'), 'server-error', 'answered HTTP 500'],
  ['a server of plain files', answering(501, 'text/html'), 'not-mcp', 'answered HTTP 501'],
  [
    'another protocol',
    answering(200, 'application/json', '{"jsonrpc":"2.0","id":1,"result":{}}'),
    'not-mcp',
    'not with what MCP asks for',
  ],
  [
    'a JSON-RPC error',
    answering(400, 'application/json', '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"secret"}}'),
    'not-mcp',
    'the JSON-RPC error -32600',
  ],
])('%s is a failure of its kind', async (_, handler, kind, message) => {
  await using server = await listen(handler);
  const failure = await look(server.url).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProbeFailure);
  expect(failure).toMatchObject({ kind, message: expect.stringContaining(message) as string });
  expect((failure as Error).message).not.toContain('secret');
});

test('nobody listening, silence, and a stream without the answer', async () => {
  const { url } = await listen(() => {}).then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  await expect(look(url)).rejects.toMatchObject({ kind: 'refused' });

  await using silent = await listen(() => {});
  const begin = performance.now();
  await expect(look(silent.url, 300)).rejects.toMatchObject({ kind: 'no-answer' });
  expect(performance.now() - begin).toBeLessThan(5000);

  await using empty = await listen(answering(200, 'text/event-stream', 'data: {}\n\n'));
  await expect(look(empty.url)).rejects.toMatchObject({ kind: 'no-answer' });
});

test('an answer without end costs no more than its bound', async () => {
  await using server = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  await expect(look(server.url)).rejects.toMatchObject({ message: expect.stringContaining('4 MiB') as string });
});

test('a look that is not wanted any more ends at once', async () => {
  await using server = await listen(() => {});
  const begin = performance.now();
  await expect(meet(server.url).look(60_000, AbortSignal.timeout(50))).rejects.toBeInstanceOf(ProbeFailure);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
