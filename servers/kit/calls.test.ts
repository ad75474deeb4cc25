import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ERAS } from '../../test/support/eras.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { createServer, defineTool, ToolFailure, z, type RunningServer, type ToolContext } from './index.ts';

interface Services {
  readonly seen: string[];
}
const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const count = defineTool({
  name: 'count',
  title: 'Count',
  description: 'Counts.',
  annotations: hints,
  input: z.strictObject({ to: z.int() }),
  output: z.object({ counted: z.int() }),
  handler: async ({ to }, { progress }: ToolContext<Services>) => {
    for (let step = 1; step <= to; step += 1) progress({ progress: step, total: to, message: `step ${step}` });
    // What comes after the last one, or goes back, is not sent.
    progress({ progress: 1, total: to });
    return { counted: to };
  },
});
const wait = defineTool({
  name: 'wait',
  title: 'Wait',
  description: 'Waits for its end.',
  annotations: hints,
  input: z.strictObject({}),
  output: z.object({ waited: z.boolean() }),
  handler: async (_input, { signal, seen }: ToolContext<Services>) => {
    seen.push('began');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    seen.push('cancelled');
    return signal.throwIfAborted() as never;
  },
});
const refuse = defineTool({
  name: 'refuse',
  title: 'Refuse',
  description: 'Refuses.',
  annotations: hints,
  icons: [{ src: 'https://example.com/icon.png', mimeType: 'image/png' }],
  input: z.strictObject({ bug: z.boolean() }),
  output: z.object({}),
  handler: async ({ bug }) => {
    throw bug ? new TypeError('hunter2') : new ToolFailure('No.');
  },
});

const ADA = { subject: 'ada', clientId: 'test', scopes: [] };
let identities: Identities;
let server: RunningServer;
let seen: string[];

beforeEach(async () => {
  identities = await createIdentities('default/calls');
  seen = [];
  server = await createServer(
    {
      name: 'calls',
      title: 'Calls',
      version: '1.0.0',
      websiteUrl: 'https://example.com',
      icons: [{ src: 'data:image/png;base64,AA==' }],
      tools: [count, wait, refuse],
      services: { seen },
      log: readableLog().log,
    },
    identities.env,
  );
});
afterEach(async () => {
  await server.stop();
  await identities[Symbol.asyncDispose]();
});

describe.each(ERAS)('a client of the $era era', ({ connect }) => {
  const client = async () => connect(`${server.url}/mcp`, await identities.headers(ADA));

  test('hears of progress: the first step, the last, and few between', async () => {
    await using ada = await client();
    const heard: unknown[] = [];
    await ada.call('count', { to: 1000 }, { onprogress: (progress) => heard.push(progress) });
    expect(heard[0]).toMatchObject({ progress: 1, total: 1000, message: 'step 1' });
    expect(heard.at(-1)).toMatchObject({ progress: 1000 });
    expect(heard.length).toBeLessThan(20);
  });

  test('that does not listen is told nothing', async () => {
    await using ada = await client();
    expect((await ada.call('count', { to: 3 })).structuredContent).toEqual({ counted: 3 });
  });

  test('cancels its call', async () => {
    await using ada = await client();
    const abort = new AbortController();
    const call = ada.call('wait', {}, { signal: abort.signal });
    await expect.poll(() => seen).toContain('began');
    abort.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await expect.poll(() => seen).toContain('cancelled');
  });
});

test('nobody cancels the call of another', async () => {
  const [{ connect }] = ERAS;
  await using ada = await connect(`${server.url}/mcp`, await identities.headers(ADA));
  const call = ada.call('wait').catch(() => {});
  await expect.poll(() => seen).toContain('began');
  for (const other of [{ ...ADA, subject: 'bob' }, { ...ADA, clientId: 'another' }, { scopes: [] }]) {
    for (let requestId = 0; requestId < 5; requestId += 1) await post(cancelledNotification(requestId), other);
  }
  await sleep(50);
  expect(seen).toEqual(['began']);
  for (let requestId = 0; requestId < 5; requestId += 1) await post(cancelledNotification(requestId), ADA);
  await expect.poll(() => seen).toContain('cancelled');
  await call;
});

const cancelledNotification = (requestId: number) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

const post = async (body: object, identity: typeof ADA | { scopes: string[] }) =>
  fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: {
      ...(await identities.headers(identity)),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
  });

test('metrics count calls by tool and outcome, from 0, and need no identity', async () => {
  const read = async () => (await fetch(`${server.url}/metrics`)).text();
  const calls = (tool: string, outcome: string) =>
    `mooring_server_calls_total{kind="tool",name="${tool}",outcome="${outcome}"}`;
  expect(await read()).toContain(`${calls('count', 'bug')} 0`);
  const [{ connect }] = ERAS;
  await using ada = await connect(`${server.url}/mcp`, await identities.headers(ADA));
  await ada.call('count', { to: 1 });
  await ada.call('refuse', { bug: true });
  await ada.call('refuse', { bug: false });
  await ada.call('nothing').catch(() => {});
  const text = await read();
  expect(text).toContain(`${calls('count', 'ok')} 1`);
  expect(text).toContain(`${calls('refuse', 'bug')} 1`);
  expect(text).toContain(`${calls('refuse', 'failed')} 1`);
  expect(text).toContain('mooring_server_call_duration_seconds_count{kind="tool",name="count"} 1');
  expect(text).not.toMatch(/nothing|ada|hunter2/);
});

test('a server says who it is, with icons and a page', async () => {
  const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const response = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize }, ADA);
  expect(await response.text()).toContain('"websiteUrl":"https://example.com"');
  const tools = await (await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, ADA)).text();
  expect(tools).toContain('"icons":[{"src":"https://example.com/icon.png","mimeType":"image/png"}]');
});
