import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../core/identity-token.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import {
  createServer,
  defineApp,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  ToolFailure,
  z,
  type ReadContext,
  type RunningServer,
} from './index.ts';

interface Services {
  readonly notes: Readonly<Record<string, string>>;
}
/** Names of notes that a page of the list holds. */
const PAGE = 2;

const readme = defineResource<Services>({
  uri: 'docs://readme',
  name: 'readme',
  title: 'Read me',
  description: 'What this is.',
  mimeType: 'text/markdown',
  read: async ({ identity }) => ({ text: `# For ${identity.subject ?? 'everybody'}` }),
});
const secret = defineResource({
  uri: 'docs://secret',
  name: 'secret',
  title: 'Secret',
  description: 'Only for readers.',
  scopes: ['secrets:read'],
  read: async () => ({ text: 'hunter2' }),
});
const broken = defineResource({
  uri: 'docs://broken',
  name: 'broken',
  title: 'Broken',
  description: 'Does not work.',
  read: async () => {
    throw new TypeError('hunter2');
  },
});
const picture = defineResource({
  uri: 'docs://picture',
  name: 'picture',
  title: 'Picture',
  description: 'In two forms.',
  read: async () => [
    { text: '{}', mimeType: 'application/json' },
    { bytes: new Uint8Array([1, 2, 255]), mimeType: 'image/png', uri: 'docs://picture/png', meta: { width: 1 } },
  ],
});
const notes = defineResourceTemplate({
  uriTemplate: 'notes://mine/{name}',
  name: 'note',
  title: 'Notes',
  description: 'Notes of the caller.',
  mimeType: 'text/plain',
  scopes: ['tools:read'],
  list: async (cursor, { identity: { subject }, notes: all }: ReadContext<Services>) => {
    const names = Object.keys(all).filter((name) => subject !== undefined && name.startsWith(`${subject} `));
    const from = Number(cursor ?? 0);
    return {
      resources: names
        .slice(from, from + PAGE)
        .map((name) => ({ uri: `notes://mine/${encodeURIComponent(name.slice(name.indexOf(' ') + 1))}`, name })),
      nextCursor: from + PAGE < names.length ? String(from + PAGE) : undefined,
    };
  },
  read: async ({ name }, { identity: { subject }, notes: all }) => {
    if (name === 'forbidden') throw new ToolFailure('This note is not for you. Read another one.');
    const text = all[`${subject} ${name}`];
    return text === undefined ? undefined : { text };
  },
});
const greetings = defineResourceTemplate({
  uriTemplate: 'greet://{+path}',
  name: 'greeting',
  title: 'Greetings',
  description: 'Greets.',
  read: async ({ path }) => ({ text: `Hello ${path}` }),
});
const review = definePrompt({
  name: 'review',
  title: 'Review',
  description: 'Reviews a text.',
  scopes: ['tools:read'],
  input: z.object({ text: z.string().max(10).describe('What to review.'), tone: z.enum(['kind', 'dry']).optional() }),
  handler: async ({ text, tone = 'kind' }, { identity }) => [
    { role: 'user', content: `${identity.subject}: review ${text}, be ${tone}` },
    { role: 'assistant', content: { type: 'text', text: 'I will.' } },
  ],
});
const view = defineApp({ name: 'view', title: 'View', description: 'Shows.', html: async () => '<!doctype html>' });
const show = defineTool({
  name: 'show',
  title: 'Show',
  description: 'Shows something.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  ui: { app: 'view', visibility: ['app'] },
  input: z.strictObject({}),
  output: z.object({ shown: z.string() }),
  content: ({ shown }) => `shown: ${shown}`,
  handler: async () => ({ shown: 'it' }),
});

const READER: Identity = { subject: 'ada', clientId: 'test', scopes: ['tools:read'] };
const BOB: Identity = { ...READER, subject: 'bob' };
const STRANGER: Identity = { scopes: [] };
let identities: Identities;
let server: RunningServer;
let log: ReturnType<typeof readableLog>;

beforeAll(async () => {
  identities = await createIdentities('default/offers');
  log = readableLog();
  server = await createServer<Services>(
    {
      name: 'offers',
      title: 'Offers',
      version: '1.0.0',
      tools: [show],
      resources: [readme, secret, broken, picture],
      templates: [notes, greetings],
      prompts: [review],
      apps: [view],
      services: { notes: { 'ada one': '1', 'ada two': '2', 'ada a/b c': '3', 'bob his': '4' } },
      log: log.log,
    },
    identities.env,
  );
});
afterAll(async () => {
  await server.stop();
  await identities[Symbol.asyncDispose]();
});

const INFO = { name: 'test', version: '1' };
const CLIENTS = {
  legacy: async (headers: Record<string, string>) => {
    const client = new LegacyClient(INFO);
    await client.connect(new LegacyTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
    return client;
  },
  modern: async (headers: Record<string, string>) => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new ModernTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
    return client;
  },
};

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  const client = async (identity: Identity) => CLIENTS[era](await identities.headers(identity));

  test('lists what is there and what is its own, page by page', async () => {
    const ada = await client(READER);
    const uris: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await ada.listResources(cursor === undefined ? undefined : { cursor });
      uris.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(uris).toEqual([
      'docs://readme',
      'docs://secret',
      'docs://broken',
      'docs://picture',
      'ui://offers/view',
      'notes://mine/one',
      'notes://mine/two',
      'notes://mine/a%2Fb%20c',
    ]);
    // The v2 client collects all pages where no cursor is given.
    expect(pages).toBe(era === 'legacy' ? 2 : 1);
    await ada.close();
  });

  test('lists nothing of its own without the scopes, and nothing of others', async () => {
    for (const [identity, own] of [
      [STRANGER, []],
      [{ ...READER, scopes: [] }, []],
      [BOB, ['notes://mine/his']],
    ] as const) {
      const somebody = await client(identity);
      const { resources } = await somebody.listResources();
      expect(resources.map(({ uri }) => uri).filter((uri) => uri.startsWith('notes:'))).toEqual(own);
      await somebody.close();
    }
  });

  test('reads by URI: fixed ones, templates with decoded variables, several pieces', async () => {
    const ada = await client(READER);
    expect((await ada.readResource({ uri: 'docs://readme' })).contents).toEqual([
      { uri: 'docs://readme', mimeType: 'text/markdown', text: '# For ada' },
    ]);
    expect((await ada.readResource({ uri: 'notes://mine/a%2Fb%20c' })).contents).toEqual([
      { uri: 'notes://mine/a%2Fb%20c', mimeType: 'text/plain', text: '3' },
    ]);
    expect((await ada.readResource({ uri: 'greet://all/of/you' })).contents).toMatchObject([
      { text: 'Hello all/of/you' },
    ]);
    expect((await ada.readResource({ uri: 'docs://picture' })).contents).toEqual([
      { uri: 'docs://picture', mimeType: 'application/json', text: '{}' },
      { uri: 'docs://picture/png', mimeType: 'image/png', blob: 'AQL/', _meta: { width: 1 } },
    ]);
    const { resourceTemplates } = await ada.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['notes://mine/{name}', 'greet://{+path}']);
    await ada.close();
  });

  test('is refused what its scopes do not cover, by name', async () => {
    const ada = await client(READER);
    await expect(ada.readResource({ uri: 'docs://secret' })).rejects.toThrow(/needs the scope secrets:read/);
    const stranger = await client(STRANGER);
    await expect(stranger.readResource({ uri: 'notes://mine/one' })).rejects.toThrow(/Nobody is signed in.*tools:read/);
    await expect(stranger.getPrompt({ name: 'review', arguments: { text: 'x' } })).rejects.toThrow(/tools:read/);
    for (const each of [ada, stranger]) await each.close();
  });

  test('learns what it did wrong, and of a bug an id', async () => {
    const ada = await client(READER);
    for (const uri of [
      'notes://mine/none',
      'notes://mine/%E0%A4',
      'notes://mine/his',
      'elsewhere://x',
      `notes://mine/${'x'.repeat(5000)}`,
    ]) {
      await expect(ada.readResource({ uri })).rejects.toMatchObject({ code: -32_602 });
    }
    await expect(ada.readResource({ uri: 'notes://mine/forbidden' })).rejects.toThrow('Read another one.');
    const bug = await ada.readResource({ uri: 'docs://broken' }).then(String, String);
    expect(bug).not.toContain('hunter2');
    const id = /error id ([0-9a-f]{8})/.exec(bug)?.[1];
    expect(log.lines().find((line) => line['id'] === id)).toMatchObject({ level: 50, resource: 'broken' });
    for (const cursor of [
      'x',
      Buffer.from('[9,null]x').toString('base64url'),
      Buffer.from('[-1,null]').toString('base64url'),
    ]) {
      await expect(ada.listResources({ cursor })).rejects.toMatchObject({ code: -32_602 });
    }
    await ada.close();
  });

  test('gets prompts, whose arguments are checked', async () => {
    const ada = await client(READER);
    expect((await ada.listPrompts()).prompts).toMatchObject([
      {
        name: 'review',
        title: 'Review',
        arguments: [
          { name: 'text', description: 'What to review.', required: true },
          { name: 'tone', required: false },
        ],
      },
    ]);
    const { messages } = await ada.getPrompt({ name: 'review', arguments: { text: 'this', tone: 'dry' } });
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'ada: review this, be dry' } },
      { role: 'assistant', content: { type: 'text', text: 'I will.' } },
    ]);
    await expect(ada.getPrompt({ name: 'review', arguments: { text: 'x'.repeat(11) } })).rejects.toThrow(/10/);
    await ada.close();
  });

  test('finds the app of a tool, which may reach nothing', async () => {
    const ada = await client(READER);
    const { tools } = await ada.listTools();
    expect(tools[0]?._meta).toMatchObject({ ui: { resourceUri: 'ui://offers/view', visibility: ['app'] } });
    const { resources } = await ada.listResources();
    const none = { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] };
    const app = { uri: 'ui://offers/view', mimeType: 'text/html;profile=mcp-app', _meta: { ui: { csp: none } } };
    expect(resources).toContainEqual(
      expect.objectContaining({ ...app, _meta: { ui: { csp: none, prefersBorder: false } } }),
    );
    const { contents } = await ada.readResource({ uri: 'ui://offers/view' });
    expect(contents).toMatchObject([{ ...app, text: '<!doctype html>' }]);
    const { content } = await ada.callTool({ name: 'show', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'shown: it' }]);
    await ada.close();
  });
});

test('what is read is counted by the name of its definition', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toMatch(/calls_total\{kind="resource",name="note",outcome="failed"\} [1-9]/);
  expect(text).toMatch(/calls_total\{kind="prompt",name="review",outcome="ok"\} [1-9]/);
  expect(text).not.toMatch(/forbidden|notes:/);
});
