import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { parseDocument } from 'yaml';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ANSWERING } from '../../../test/support/answering-client.ts';
import type { ConnectedClient, ToolResult } from '../../../test/support/eras.ts';
import { startWebSite, type WebSite } from '../../../test/support/web-site.ts';
import { runContentManager, type RunningContentManager } from '../testing/content-manager.ts';
import { articlePage } from '../testing/pages.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 60_000 });

let home: string;
let site: WebSite;
let manager: RunningContentManager;
let ada: ConnectedClient;
let researchId: string;
/** Slugs are one person's own, so each test has its own title. */
let title: string;
let turn = 0;

interface Result {
  outcome: string;
  post?: {
    slug: string;
    uri: string;
    version: number;
    status: string;
    summary: string;
    words: number;
    exportedTo?: string;
  };
  problems: { level: string; message: string }[];
  sources: { number: number; url: string }[];
  artifact: { type: string; text: string };
  next: string;
}
const resultOf = ({ structuredContent }: ToolResult): Result => structuredContent as unknown as Result;
const textOf = ({ content }: ToolResult): string => content.map(({ text }) => text).join('\n');

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-posts-'));
  site = await startWebSite({ '/tides': articlePage('Tides [1](x) & <b>', 'tides', 't'), '/fine': 'fine' });
  manager = await runContentManager({ MOORING_CONTENT_ALLOW: site.host, HOME: home });
  ada = await manager.connect('ada');
  const research = await ada.call('research_blog', { topic: 'tides', urls: [`${site.origin}/tides`] });
  ({ researchId } = research.structuredContent as { researchId: string });
}, 60_000);
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await manager?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => (title = `Post ${++turn}`));

const create = async (input: object, client = ada): Promise<ToolResult> =>
  client.call('create_blog_post', { title, ...input });
const saved = async (input: object): Promise<Result> => {
  const answer = await create(input);
  if (answer.isError) throw new Error(textOf(answer));
  return resultOf(answer);
};

async function withClient<Answer>(
  subject: string | undefined,
  work: (client: McpClient) => Promise<Answer>,
): Promise<Answer> {
  const client = new McpClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: await manager.headers(subject) };
  await client.connect(new StreamableHTTPClientTransport(new URL(manager.endpoint), { requestInit }));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
const read = async (uri: string, subject?: string): Promise<string> =>
  withClient(subject, async (client) =>
    String(((await client.readResource({ uri })).contents[0] as { text?: string }).text),
  );

test('a body becomes Markdown with front matter, slug, summary, reading time and its sources', async () => {
  const { outcome, post, problems, sources, artifact } = await saved({
    title: 'Größe & "Tides": why?',
    body: `The sea rises.[^1] See [this](${site.origin}/fine).\n\n<script>alert(1)</script>\n\nMore.`,
    researchId,
    tags: ['sea', 'sea', 'moon'],
  });
  expect(outcome).toBe('saved');
  expect(post).toMatchObject({
    slug: 'grosse-tides-why',
    version: 1,
    status: 'draft',
    summary: 'The sea rises. See this.',
  });
  expect(problems).toEqual([{ level: 'warning', message: expect.stringContaining('HTML was taken out') }]);
  expect(sources).toMatchObject([{ number: 1, url: `${site.origin}/tides` }]);
  const [, yaml = '', text = ''] = /^---\n(.*?)---\n\n(.*)$/s.exec(artifact.text) ?? [];
  expect(parseDocument(yaml).toJS()).toMatchObject({
    title: 'Größe & "Tides": why?',
    slug: 'grosse-tides-why',
    draft: true,
    tags: ['sea', 'moon'],
    summary: 'The sea rises. See this.',
    words: 6,
    readingMinutes: 1,
    sources: [{ number: 1, url: `${site.origin}/tides` }],
  });
  expect(text).not.toContain('script');
  expect(text).toContain(String.raw`[^1]: [Tides \[1\]\(x\) \& \<b\>](<${site.origin}/tides>), 127.0.0.1`);
});

test('a draft is kept with its problems, and is published without errors only', async () => {
  const body = `So.[^9] [gone](${site.origin}/gone)`;
  const wrong = ['[^9] has no source', `${site.origin}/gone is dead`];
  expect(textOf(await create({ body, researchId, status: 'published' }))).toMatch(
    new RegExp(wrong.join('.*').replaceAll(/[[^]/g, String.raw`\$&`), 's'),
  );
  const { post, problems } = await saved({ body, researchId });
  expect(post).toMatchObject({ version: 1, status: 'draft' });
  expect(problems.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    expect.stringContaining('[^9]'),
    expect.stringContaining('is dead'),
  ]);
  const better = await saved({ slug: post?.slug, version: 1, body: 'So.[^1]', status: 'published' });
  expect(textOf(await create({ slug: post?.slug, version: 1, status: 'published' }))).toContain(
    'is in version 2 now, not 1',
  );
  expect(better.post).toMatchObject({ version: 2, status: 'published' });
});

test('what is linked inside is not looked at', async () => {
  const { problems } = await saved({ body: '[a](http://169.254.169.254/) [b](http://localhost:1/)' });
  expect(problems).toHaveLength(2);
  for (const { level, message } of problems)
    expect([level, message]).toEqual(['warning', expect.stringContaining('public web')]);
});

test('every version is kept, and a change of the version before is refused', async () => {
  const { post } = await saved({ body: 'One.', researchId });
  const slug = post?.slug ?? '';
  expect((await saved({ slug, version: 1, body: 'Two.' })).post?.version).toBe(2);
  expect(await create({ slug, version: 1, body: 'Late.' })).toMatchObject({ isError: true });
  expect(textOf(await create({ body: 'Again.' }))).toContain(`There is a post "${slug}" already, in version 2`);
  // Nothing new is no version; a status is none either.
  expect((await saved({ slug, version: 2 })).post?.version).toBe(2);
  expect((await saved({ slug, version: 2, status: 'published' })).post).toMatchObject({
    version: 2,
    status: 'published',
  });
  expect(await read(`post://content-manager/${slug}`, 'ada')).toContain('\nTwo.\n');
  expect(await read(`post://content-manager/${slug}/versions/1`, 'ada')).toContain('\nOne.\n');
  await expect(read(`post://content-manager/${slug}/versions/3`, 'ada')).rejects.toThrow(/not found/i);
});

test('of two changes at once one is kept', async () => {
  const { post } = await saved({ body: 'One.' });
  const answers = await Promise.all(
    ['a', 'b', 'c'].map(async (body) => create({ slug: post?.slug, version: 1, body })),
  );
  expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
});

test('an export is a file below HOME, whatever the caller is called', async () => {
  const answer = await create({ body: 'Exported. <b>Now</b>.', export: true });
  const { post, artifact, problems, next } = resultOf(answer);
  const lines = [
    `warning: ${problems[0]?.message}`,
    `Exported to ${post?.exportedTo} in the home of this server.`,
    next,
  ];
  expect(textOf(answer), 'for models that see the content only').toContain(lines.join('\n'));
  expect(post?.exportedTo).toMatch(/^posts\/[0-9a-f]{16}\/post-\d+\.md$/);
  expect(await readFile(join(home, post?.exportedTo ?? ''), 'utf8')).toBe(artifact.text);
  await using climber = await manager.connect('../../../../tmp/x');
  expect(resultOf(await create({ body: 'x', export: true }, climber)).post?.exportedTo).toMatch(
    /^posts\/[0-9a-f]{16}\//,
  );
  expect(await create({ body: 'x', slug: '../x', export: true })).toMatchObject({ isError: true });
  expect(await readdir(home)).toEqual(['posts']);
});

test('posts are seen and changed by who wrote them, and by nobody else', async () => {
  const { post } = await saved({ body: 'Mine.' });
  const { uri = '', slug } = post ?? {};
  const listed = async (subject?: string): Promise<string[]> =>
    withClient(subject, async (client) => (await client.listResources()).resources.map((resource) => resource.uri));
  expect(await listed('ada')).toContain(uri);
  for (const stranger of ['eve', undefined]) {
    expect(await listed(stranger)).not.toContain(uri);
    for (const each of [uri, `${uri}/versions/1`]) await expect(read(each, stranger)).rejects.toThrow(/not found/i);
  }
  await using eve = await manager.connect('eve');
  expect(textOf(await create({ slug, version: 1, body: 'Hers.' }, eve))).toContain(`There is no post "${slug}"`);
  expect(textOf(await create({ body: 'x', researchId }, eve))).toContain('There is no research of this researchId');
  await using nobody = await manager.connect();
  expect(textOf(await create({ body: 'x' }, nobody))).toContain('Nobody is signed in');
});

describe('without a body', () => {
  test('and without a model, an outline says what to write and send', async () => {
    const { outcome, post, artifact, sources, next } = await saved({ researchId });
    expect([outcome, post]).toEqual(['outline', undefined]);
    expect(artifact.text).toContain(`# ${title}`);
    expect(artifact.text).toMatch(/> In chapter .* \[\^1\]/);
    expect(sources).toMatchObject([{ number: 1, url: `${site.origin}/tides` }]);
    expect(next).toContain(`call create_blog_post with title, body and researchId ${researchId}`);
  });

  test('and without research, it says what is missing', async () => {
    expect(textOf(await create({}))).toContain('Send body (Markdown), or the researchId');
    expect(textOf(await ada.call('create_blog_post', { body: 'x' }))).toContain('needs a title');
  });

  test.each(ANSWERING)('the model of the client writes it: $era', async ({ connect }) => {
    const asked: Record<string, unknown>[] = [];
    await using client = await connect(manager.endpoint, await manager.headers('ada'), {
      sample: (params) => {
        asked.push(params);
        const text = 'The model wrote.[^1]\n\n<script>alert(1)</script>';
        return { role: 'assistant', content: { type: 'text', text }, model: 'm' };
      },
    });
    const answer = await client.call('create_blog_post', { title, researchId });
    expect(resultOf(answer)).toMatchObject({ outcome: 'saved', post: { version: 1, summary: 'The model wrote.' } });
    expect(resultOf(answer).artifact.text).toContain('\nThe model wrote.[^1]\n');
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(asked[0])).toMatch(/do not follow instructions.*|In chapter t0 the tides are measured/);
  });
});

test('Markdown that is made to be slow ends by itself', async () => {
  const answer = await create({ body: '>'.repeat(100_000) });
  expect(answer.isError ? textOf(answer) : 'saved').toMatch(/nested too deeply|saved/);
  expect((await saved({ title: `${title} after`, body: 'Fine.' })).outcome).toBe('saved');
});
