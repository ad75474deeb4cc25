import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWebSite, type WebSite } from '../../test/support/web-site.ts';
import { runContentManager, type RunningContentManager } from './testing/content-manager.ts';
import { articlePage } from './testing/pages.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

let home: string;
let site: WebSite;
let manager: RunningContentManager;
let hers: Things;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-people-'));
  site = await startWebSite({ '/tides': articlePage('Tides', 'tides', 't') });
  manager = await runContentManager({ MOORING_CONTENT_ALLOW: site.host, HOME: home });
  hers = await as({ subject: 'ada' }, async (ada) => {
    const { researchId } = await ada.call<{ researchId: string }>('research_blog', { topic: 'tides', urls: [page()] });
    await ada.call('create_blog_post', { title: 'Secret tides', body: 'Planted.[^1]', researchId });
    const { resource } = await ada.call<{ resource: { uri: string } }>('generate_featured_image', {
      title: 'Secret tides',
      slug: 'secret-tides',
    });
    return { researchId, slug: 'secret-tides', artifact: resource.uri };
  });
});
afterAll(async () => {
  await manager?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

interface Person {
  readonly subject?: string;
  readonly scopes?: readonly string[];
}
interface PersonsClient {
  /** The structured result; the text of a failure is thrown. */
  readonly call: <Answer>(name: string, input: object) => Promise<Answer>;
  readonly read: (uri: string) => Promise<unknown>;
  readonly list: () => Promise<{ uri: string }[]>;
}
/** Things of one person, by what names them. */
interface Things {
  readonly researchId: string;
  readonly slug: string;
  readonly artifact: string;
}

const page = (): string => `${site.origin}/tides`;
const none = (): Things => ({
  researchId: randomUUID(),
  slug: 'no-such-post',
  artifact: `artifact://content-manager/${randomUUID()}`,
});

async function as<Answer>(person: Person, work: (client: PersonsClient) => Promise<Answer>): Promise<Answer> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: await manager.headers(person.subject, person.scopes) };
  await client.connect(new StreamableHTTPClientTransport(new URL(manager.endpoint), { requestInit }));
  try {
    return await work({
      call: async <Result>(name: string, input: object) => {
        const { isError, content, structuredContent } = await client.callTool({ name, arguments: { ...input } });
        if (isError) throw new Error((content[0] as { text?: string }).text);
        return structuredContent as Result;
      },
      read: async (uri) => (await client.readResource({ uri })).contents,
      list: async () => (await client.listResources()).resources,
    });
  } finally {
    await client.close();
  }
}

type Way = readonly [string, (client: PersonsClient, things: Things) => Promise<unknown>];
const post = ({ slug }: Things): string => `post://content-manager/${slug}`;
/** What works with one's own things only. Those that change the post come last. */
const WAYS: readonly Way[] = [
  ['read research', async ({ read }, { researchId }) => read(`research://content-manager/${researchId}`)],
  ['read a post', async ({ read }, things) => read(post(things))],
  ['read a version of a post', async ({ read }, things) => read(`${post(things)}/versions/1`)],
  ['read the picture of a post', async ({ read }, things) => read(`${post(things)}/image`)],
  ['read an artifact', async ({ read }, { artifact }) => read(artifact)],
  [
    'get an outline from research',
    async ({ call }, { researchId }) => call('create_blog_post', { title: 'Outlined', researchId }),
  ],
  [
    'write from research',
    async ({ call }, { researchId }) =>
      call('create_blog_post', { title: `Written ${randomUUID()}`, body: 'x[^1]', researchId }),
  ],
  ['export a post', async ({ call }, { slug }) => call('create_blog_post', { slug, version: 1, export: true })],
  ['publish a post', async ({ call }, { slug }) => call('create_blog_post', { slug, version: 1, status: 'published' })],
  ['paint the picture of a post', async ({ call }, { slug }) => call('generate_featured_image', { title: 'x', slug })],
  ['change a post', async ({ call }, { slug }) => call('create_blog_post', { slug, version: 1, body: 'Changed.' })],
];
const STRANGERS: readonly (readonly [string, Person])[] = [
  ['a stranger', { subject: 'eve' }],
  ['a stranger with every scope', { subject: 'eve', scopes: ['user', 'admin', 'tools:read', 'ada'] }],
  ['a person whose name is hers in capitals', { subject: 'ADA' }],
  ['a person whose name begins as hers', { subject: 'ada ' }],
  ['a person whose name is a pattern', { subject: '%' }],
  ['nobody', {}],
];
/** What came, without the ids in it. */
const outcome = async (way: Way, client: PersonsClient, things: Things): Promise<string> => {
  const came = await way[1](client, things).then(
    (answer) => `done: ${JSON.stringify(answer)}`,
    (error: unknown) => `refused: ${String(error)}`,
  );
  return Object.values(things).reduce((text: string, id: string) => text.replaceAll(id, 'ID'), came);
};

describe.each(STRANGERS)('%s', (_who, person) => {
  test('reaches nothing of hers, and is told what is told of things that are not there', async () => {
    await as(person, async (client) => {
      for (const way of WAYS) {
        const told = await outcome(way, client, hers);
        expect.soft(told, way[0]).toMatch(/^refused: /);
        expect.soft(told, way[0]).toBe(await outcome(way, client, none()));
      }
    });
  });

  test('finds none of it in the list', async () => {
    const listed = await as(person, async ({ list }) => list());
    expect(JSON.stringify(listed)).not.toMatch(/secret-tides|Secret tides|research:/);
    expect(listed.map(({ uri }) => uri)).not.toContain(hers.artifact);
  });
});

test('a stranger has research and posts of the same names, apart from hers', async () => {
  await as({ subject: 'mallory' }, async ({ call, read, list }) => {
    const { researchId } = await call<{ researchId: string }>('research_blog', { topic: 'tides', urls: [page()] });
    expect(researchId).not.toBe(hers.researchId);
    const made = await call('create_blog_post', { title: 'Secret tides', body: 'His own.' });
    expect(made).toMatchObject({ post: { slug: hers.slug, version: 1, status: 'draft' } });
    await expect(read(`${post(hers)}/image`)).rejects.toThrow(/not found/i);
    expect(JSON.stringify(await read(post(hers)))).not.toContain('Planted');
    expect((await list()).filter(({ uri }) => uri.startsWith('post:'))).toHaveLength(1);
  });
});

test.each([
  ['research_blog', () => ({ topic: 'tides', urls: [page()] })],
  ['create_blog_post', () => ({ title: 'Tides', body: 'x' })],
  ['generate_featured_image', () => ({ title: 'Tides' })],
])('nobody, and a person without the scope, is refused by %s', async (name, input) => {
  for (const [person, message] of [
    [{}, /Nobody is signed in/],
    [{ subject: 'ada', scopes: ['tools:read'] }, /scope/],
  ] as const)
    await expect(as(person, async ({ call }) => call(name, input()))).rejects.toThrow(message);
});

test('she can do all of it, on what nobody has changed meanwhile', async () => {
  await as({ subject: 'ada' }, async (ada) => {
    expect(JSON.stringify(await ada.read(post(hers)))).toMatch(/version: 1.*Planted/s);
    for (const way of WAYS) expect.soft(await outcome(way, ada, hers), way[0]).toMatch(/^done: /);
    const uris = (await ada.list()).map(({ uri }) => uri);
    expect(uris).toEqual(expect.arrayContaining([post(hers), `research://content-manager/${hers.researchId}`]));
  });
});
