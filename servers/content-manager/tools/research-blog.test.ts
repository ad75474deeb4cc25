import type { IncomingMessage, ServerResponse } from 'node:http';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ToolResult } from '../../../test/support/eras.ts';
import { startWebSite, type WebSite } from '../../../test/support/web-site.ts';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { articlePage } from '../testing/pages.ts';
import { runContentManager, type RunningContentManager } from '../testing/content-manager.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 60_000 });

/** Lets pages answer that wait. */
const slow: (() => void)[] = [];
const late = (_incoming: IncomingMessage, outgoing: ServerResponse): void =>
  void slow.push(() => outgoing.writeHead(200, { 'content-type': 'text/plain' }).end(`Slow ${slow.length}.`));

let site: WebSite;
let manager: RunningContentManager;

const feedOf =
  (...links: readonly string[]) =>
  (_incoming: unknown, outgoing: ServerResponse): void => {
    const items = links.map((link) => `<item><title>Storm</title><link>${link}</link></item>`).join('');
    outgoing
      .writeHead(200, { 'content-type': 'application/rss+xml' })
      .end(`<rss><channel><title>F</title>${items}</channel></rss>`);
  };

beforeAll(async () => {
  const tides = articlePage('Tides', 'tides', 't', '<meta property="article:published_time" content="2026-03-01">');
  site = await startWebSite({
    '/robots.txt': 'User-agent: *\nDisallow: /private',
    '/tides': tides,
    '/copy': tides.replace('<title>Tides', '<title>Tides, again'),
    '/moon': articlePage('Moon', 'moons', 'm'),
    '/storm': articlePage('Storm', 'storms', 's'),
    '/private': articlePage('Private', 'secrets', 'p'),
    '/slow?1': late,
    '/slow?2': late,
    '/picture': (_incoming, outgoing) => outgoing.writeHead(200, { 'content-type': 'image/png' }).end('x'),
    '/feed': (_incoming, outgoing) =>
      outgoing
        .writeHead(200, { 'content-type': 'application/rss+xml' })
        .end(
          '<rss><channel><title>F</title><item><title>Storm</title><link>/storm</link></item>' +
            '<item><title>Moon</title><link>/moon?utm_source=feed</link></item></channel></rss>',
        ),
    '/labyrinth': feedOf('/labyrinth/1', '/labyrinth/2', '/storm'),
    '/labyrinth/1': feedOf('/labyrinth/3'),
    '/labyrinth/2': feedOf('/labyrinth/3'),
    '/moon?utm_source=feed': articlePage('Moon', 'moons', 'm'),
  });
  manager = await runContentManager({ MOORING_CONTENT_ALLOW: site.host });
}, 60_000);
afterAll(async () => {
  await manager?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

interface Result {
  researchId: string;
  uri: string;
  search: string;
  sources: { number: number; title: string; url: string; notes: { quote: string; start: number; end: number }[] }[];
  skipped: { url: string; reason: string }[];
  artifact: { type: string; rows: unknown[][] };
}
const at = (...paths: readonly string[]): string[] => paths.map((path) => site.origin + path);
const resultOf = ({ structuredContent }: ToolResult): Result => structuredContent as unknown as Result;
const textOf = ({ content }: ToolResult): string => content.map(({ text }) => text).join('\n');

async function readResource(uri: string, subject?: string): Promise<string> {
  const client = new McpClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: await manager.headers(subject) };
  await client.connect(new StreamableHTTPClientTransport(new URL(manager.endpoint), { requestInit }));
  try {
    const { contents } = await client.readResource({ uri });
    return String((contents[0] as { text?: string }).text);
  } finally {
    await client.close();
  }
}

test('pages and feeds become cited notes, the same text once, and what was not read has a reason', async () => {
  await using ada = await manager.connect('ada');
  const answer = await ada.call('research_blog', {
    topic: 'How tides and moons belong together',
    urls: at('/tides', '/tides#part', '/copy', '/private', '/picture', '/gone', '/moon'),
    feeds: at('/feed'),
  });
  const { researchId, sources, skipped, search, uri, artifact } = resultOf(answer);
  expect(textOf(answer), 'for models that see the content only').toContain(`researchId: ${researchId} `);
  for (const { url, reason } of skipped) expect(textOf(answer)).toContain(`${url}: ${reason}.`);
  expect(sources.map(({ number, title }) => [number, title])).toEqual([
    [1, 'Tides'],
    [2, 'Moon'],
    [3, 'Storm'],
  ]);
  expect(Object.fromEntries(skipped.map(({ url, reason }) => [url.replace(site.origin, ''), reason]))).toEqual({
    '/copy': 'it is the same text as source 1',
    '/private': 'its robots.txt does not want it to be fetched',
    '/picture': 'it is image/png, which is neither an article nor a feed',
    '/gone': 'it answers with HTTP status 404',
  });
  expect(search).toBe('none');
  expect(artifact.rows).toContainEqual([
    1,
    'Tides',
    '127.0.0.1',
    '2026-03-01',
    expect.stringContaining('tides'),
    at('/tides')[0],
  ]);
  expect(textOf(answer)).toContain('| Tides |');
  expect(site.requests).not.toContain('/private');

  const kept = JSON.parse(await readResource(uri, 'ada')) as { sources: { text: string }[] };
  for (const [index, { notes }] of sources.entries()) {
    expect(notes.length).toBeGreaterThan(0);
    for (const { quote, start, end } of notes) expect(kept.sources[index]?.text.slice(start, end)).toBe(quote);
  }
});

test('feeds that lead to feeds are not followed further', async () => {
  await using ada = await manager.connect('ada');
  const answer = await ada.call('research_blog', { topic: 'storms', feeds: at('/labyrinth') });
  const { sources, skipped } = resultOf(answer);
  expect(sources.map(({ title }) => title)).toEqual(['Storm']);
  expect(skipped).toEqual(
    at('/labyrinth/1', '/labyrinth/2').map((url) => ({ url, reason: 'it is a feed, to which another feed leads' })),
  );
  expect(site.requests).not.toContain('/labyrinth/3');
});

test('a page is fetched once an hour', async () => {
  await using ada = await manager.connect('ada');
  const ask = async (): Promise<unknown> => ada.call('research_blog', { topic: 'storms', urls: at('/storm') });
  await ask();
  const before = site.requests.length;
  await ask();
  expect(site.requests.slice(before)).toEqual([]);
  const database = new Client({ connectionString: manager.databaseUrl });
  await database.connect();
  await database.query(`update page_cache set fetched_at = fetched_at - interval '61 minutes'`);
  await database.end();
  await ask();
  expect(site.requests.slice(before)).toEqual(['/storm']);
});

test('who reads on and on does not fill the disk: a thousand pages are remembered, the newest', async () => {
  const database = new Client({ connectionString: manager.databaseUrl });
  await database.connect();
  await database.query(
    `insert into page_cache select 'https://x/' || n, '', now() - n * interval '1 second', '{}' from generate_series(1, 1200) n`,
  );
  await using ada = await manager.connect('ada');
  await ada.call('research_blog', { topic: 'moons', urls: at('/moon') });
  const { rows } = await database.query(`select url from page_cache order by fetched_at desc`);
  await database.end();
  expect([rows.length, rows[0]]).toEqual([1000, { url: at('/moon')[0] }]);
});

test('nobody takes every place: a person has two, and there are some for others', async () => {
  await using ada = await manager.connect('ada');
  await using bob = await manager.connect('bob');
  const read = async (client: typeof ada, path: string) =>
    client.call('research_blog', { topic: 'moons', urls: at(path) });
  const waiting = [read(ada, '/slow?1'), read(ada, '/slow?2')];
  await vi.waitFor(() => expect(site.requests.filter((path) => path.startsWith('/slow'))).toHaveLength(2));
  expect(textOf(await read(ada, '/moon'))).toContain('Too many of these calls');
  expect(await read(bob, '/moon')).not.toHaveProperty('isError');
  for (const answer of slow.splice(0)) answer();
  for (const one of waiting) expect(await one).not.toHaveProperty('isError');
  expect(await read(ada, '/moon')).not.toHaveProperty('isError');
});

test('without addresses, and where nothing can be read, it says what to send', async () => {
  await using ada = await manager.connect('ada');
  expect(await ada.call('research_blog', { topic: 'tides' })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/No search provider is configured.*Send urls or feeds/) }],
  });
  const inner = await ada.call('research_blog', {
    topic: 'tides',
    urls: ['http://169.254.169.254/latest/', 'http://localhost:1/'],
  });
  expect(inner).toMatchObject({ isError: true });
  expect(textOf(inner)).toMatch(
    /169.254.169.254\/latest\/: it is not on the public web.*localhost:1\/: it is not on the public web/s,
  );
});

test('research is seen by who asked for it, and by nobody else', async () => {
  await using ada = await manager.connect('ada');
  const { uri } = resultOf(await ada.call('research_blog', { topic: 'moons', urls: at('/moon') }));
  expect(await readResource(uri, 'ada')).toContain('"topic":"moons"');
  for (const stranger of ['eve', undefined]) await expect(readResource(uri, stranger)).rejects.toThrow(/not found/i);
  await expect(readResource(`${uri}'; --`, 'ada')).rejects.toThrow(/not found/i);
  await using nobody = await manager.connect();
  expect(await nobody.call('research_blog', { topic: 'moons', urls: at('/moon') })).toMatchObject({ isError: true });
});
