import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIdentities, type Identities } from '../../../test/support/identities.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { createServer, defineTool, z, type RunningServer } from '../index.ts';

const hints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };
let entries: string[];

const type = defineTool({
  name: 'type',
  title: 'Type',
  description: 'Asks twice.',
  annotations: hints,
  asksClient: true,
  input: z.strictObject({ into: z.string() }),
  output: z.object({ entry: z.string(), first: z.string(), second: z.string() }),
  handler: async ({ into }, { client: { elicitUrl }, once }) => {
    const entry = await once('entry', async () => `${into} ${entries.push(into)}`);
    const ask = async (key: string) => elicitUrl?.(key, { message: key, url: `https://example.com/${key}` }) ?? 'none';
    return { entry, first: await ask('first'), second: await ask('second') };
  },
});
const careless = defineTool({
  ...type,
  name: 'careless',
  input: z.strictObject({}),
  output: z.object({ done: z.boolean() }),
  handler: async (_input, { client }) => {
    try {
      await client.elicitUrl?.('first', { message: 'first', url: 'https://example.com' });
    } catch {
      // A handler that takes questions for errors.
    }
    return { done: true };
  },
});
const heavy = defineTool({
  ...type,
  name: 'heavy',
  input: z.strictObject({}),
  output: z.object({ done: z.boolean() }),
  handler: async (_input, { client, once }) => {
    await once('all', async () => 'x'.repeat(2 * 1024 * 1024));
    await client.elicitUrl?.('first', { message: 'first', url: 'https://example.com' });
    return { done: true };
  },
});

const ADA = { subject: 'ada', clientId: 'test', scopes: [] };
const DATABASE_URL = 'postgresql://asking:0123456789abcdef0123@127.0.0.1:1/none';
let identities: Identities;
let servers: RunningServer[];
let log: ReturnType<typeof readableLog>;

const start = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const definition = {
    name: 'rounds',
    title: 'Rounds',
    version: '1.0.0',
    tools: [type, careless, heavy],
    services: {},
  };
  const server = await createServer({ ...definition, log: log.log }, { ...identities.env, ...env });
  servers.push(server);
  return `${server.url}/mcp`;
};

beforeEach(async () => {
  identities = await createIdentities('default/rounds');
  [servers, entries, log] = [[], [], readableLog()];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  await identities[Symbol.asyncDispose]();
});

interface Result {
  readonly resultType?: string;
  readonly inputRequests?: Record<string, { params: { url: string } }>;
  readonly requestState: string;
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly content?: { text: string }[];
}

/** One `tools/call` of the 2026-07-28 era, by hand. */
async function call(
  endpoint: string,
  params: { name?: string; arguments?: object; inputResponses?: object; requestState?: string },
  {
    identity = ADA,
    capabilities = { elicitation: { url: {} } },
  }: { identity?: typeof ADA; capabilities?: object } = {},
): Promise<Result> {
  const name = params.name ?? 'type';
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...(await identities.headers(identity)),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { arguments: { into: 'a' }, ...params, name, _meta: meta },
    }),
  });
  return ((await response.json()) as { result: Result }).result;
}

const accepted = (key: string) => ({ [key]: { action: 'accept' } });

test('every round may meet another replica; what was known stays known', async () => {
  const [one, two, three] = [
    await start({ DATABASE_URL }),
    await start({ DATABASE_URL }),
    await start({ DATABASE_URL }),
  ];
  const first = await call(one, {});
  expect(first).toMatchObject({ resultType: 'input_required' });
  expect(Object.keys(first.inputRequests ?? {})).toEqual(['first']);
  const second = await call(two, { inputResponses: accepted('first'), requestState: first.requestState });
  expect(second.inputRequests?.['second']?.params.url).toBe('https://example.com/second');
  const done = await call(three, { inputResponses: accepted('second'), requestState: second.requestState });
  expect(done.structuredContent).toEqual({ entry: 'a 1', first: 'accept', second: 'accept' });
  expect(entries).toEqual(['a']);
});

test('what we know is not readable on the way', async () => {
  const { requestState } = await call(await start({ DATABASE_URL }), { arguments: { into: 'hunter2' } });
  expect(Buffer.from(requestState, 'base64url').toString('latin1')).not.toContain('hunter2');
});

test('a state is good for nobody else, for no other arguments, tool or secret, and not altered', async () => {
  const endpoint = await start({ DATABASE_URL });
  const { requestState } = await call(endpoint, {});
  const inputResponses = accepted('first');
  const altered = `${requestState.slice(0, -5)}${requestState.at(-5) === 'A' ? 'B' : 'A'}${requestState.slice(-4)}`;
  const other = await start({ DATABASE_URL: DATABASE_URL.replace('0123456789abcdef', 'fedcba9876543210') });
  const tries = [
    call(endpoint, { inputResponses, requestState }, { identity: { ...ADA, subject: 'bob' } }),
    call(endpoint, { inputResponses, requestState }, { identity: { ...ADA, clientId: 'another' } }),
    call(endpoint, { inputResponses, requestState, arguments: { into: 'b' } }),
    call(endpoint, { inputResponses, requestState, name: 'careless', arguments: {} }),
    call(endpoint, { inputResponses, requestState: altered }),
    call(endpoint, { inputResponses, requestState: 'x' }),
    call(other, { inputResponses, requestState }),
  ];
  for (const refused of await Promise.all(tries)) {
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('another call') }] });
  }
  expect(entries).toEqual(['a']);
});

test('an answer counts only when its question was asked', async () => {
  const endpoint = await start({ DATABASE_URL });
  const early = { ...accepted('first'), ...accepted('second') };
  const first = await call(endpoint, { inputResponses: early });
  expect(Object.keys(first.inputRequests ?? {})).toEqual(['first']);
  const second = await call(endpoint, { inputResponses: early, requestState: first.requestState });
  expect(Object.keys(second.inputRequests ?? {})).toEqual(['second']);
});

test('a question that got no answer is asked again', async () => {
  const endpoint = await start({ DATABASE_URL });
  const { requestState } = await call(endpoint, {});
  const again = await call(endpoint, { inputResponses: {}, requestState });
  expect(Object.keys(again.inputRequests ?? {})).toEqual(['first']);
});

test('a handler that catches its question is asked all the same', async () => {
  const endpoint = await start({ DATABASE_URL });
  const asked = await call(endpoint, { name: 'careless', arguments: {} });
  expect(asked).toMatchObject({ resultType: 'input_required', inputRequests: { first: {} } });
});

test('a question is no error in the log', async () => {
  await call(await start({ DATABASE_URL }), {});
  expect(log.lines().filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

test('a state that grows too large is a bug of the server, told with an id', async () => {
  const refused = await call(await start({ DATABASE_URL }), { name: 'heavy', arguments: {} });
  expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/error id [0-9a-f]{8}/) }] });
});

test('without a database the state is good at its own replica', async () => {
  const [one, two] = [await start({}), await start({ DATABASE_URL: 'postgresql://asking:short@127.0.0.1:1/none' })];
  const { requestState } = await call(one, {});
  const round = { inputResponses: accepted('first'), requestState };
  expect(await call(one, round)).toMatchObject({ resultType: 'input_required' });
  expect(await call(two, round)).toMatchObject({ isError: true });
});

test('a client that cannot be asked gets no questions', async () => {
  const { structuredContent } = await call(await start({}), {}, { capabilities: {} });
  expect(structuredContent).toMatchObject({ first: 'none', second: 'none' });
});
