import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ConnectedClient } from '../../../test/support/eras.ts';
import { runContentManager, type RunningContentManager } from '../testing/content-manager.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 60_000 });

let home: string;
let manager: RunningContentManager;
let ada: ConnectedClient;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-covers-'));
  manager = await runContentManager({ HOME: home });
  ada = await manager.connect('ada');
}, 60_000);
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await manager?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function readImage(uri: string, subject?: string): Promise<string> {
  const client = new McpClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: await manager.headers(subject) };
  await client.connect(new StreamableHTTPClientTransport(new URL(manager.endpoint), { requestInit }));
  try {
    return String(((await client.readResource({ uri })).contents[0] as { blob?: string }).blob);
  } finally {
    await client.close();
  }
}

test('a picture comes back as image content, as an artifact, and with a text for who cannot see it', async () => {
  const answer = await ada.call('generate_featured_image', { title: 'Tides 🌊', palette: 'ocean' });
  expect(answer.content).toContainEqual({ type: 'image', mimeType: 'image/png', data: expect.any(String) });
  expect(answer.structuredContent).toMatchObject({
    width: 1200,
    height: 630,
    source: 'generated',
    seed: 'Tides 🌊',
    shownTitle: 'Tides',
    alt: 'Cover with the title “Tides 🌊” on abstract shapes',
    resource: { uri: expect.stringContaining('artifact://content-manager/') },
  });
  const { artifact } = answer.structuredContent as { artifact: { data: string } };
  expect(PNG.sync.read(Buffer.from(artifact.data, 'base64'))).toMatchObject({ width: 1200, height: 630 });
});

test('a picture for a post is that of the post, for its owner alone, and goes along with an export', async () => {
  await ada.call('create_blog_post', { title: 'Covered', body: 'Text.' });
  await using eve = await manager.connect('eve');
  for (const [client, slug] of [
    [ada, 'none'],
    [eve, 'covered'],
  ] as const) {
    expect(await client.call('generate_featured_image', { title: 'x', slug })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(`There is no post "${slug}"`) }],
    });
  }
  await ada.call('generate_featured_image', { title: 'First', slug: 'covered' });
  const answer = await ada.call('generate_featured_image', { title: 'Covered', slug: 'covered', alt: 'Waves.' });
  const { artifact } = answer.structuredContent as { artifact: { data: string } };
  expect(await readImage('post://content-manager/covered/image', 'ada')).toBe(artifact.data);
  for (const stranger of ['eve', undefined])
    await expect(readImage('post://content-manager/covered/image', stranger)).rejects.toThrow(/not found/i);

  await ada.call('create_blog_post', { slug: 'covered', version: 1, export: true });
  const folder = join(home, 'posts', (await readdir(join(home, 'posts')))[0] ?? '');
  expect((await readFile(join(folder, 'covered.png'))).toString('base64')).toBe(artifact.data);
  expect(await readFile(join(folder, 'covered.md'), 'utf8')).toMatch(/^image: covered\.png\nimageAlt: Waves\.$/m);
});

test('a title whose letters the font has not is refused by name; another one is written instead, or none', async () => {
  const call = async (input: object) => ada.call('generate_featured_image', { title: '海はなぜ Tides', ...input });
  expect(await call({})).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/no picture of 海 は な ぜ\. Send coverTitle in other letters/) }],
  });
  expect((await call({ coverTitle: '' })).structuredContent).toMatchObject({ shownTitle: '' });
  expect((await call({ coverTitle: 'Why tides?' })).structuredContent).toMatchObject({
    shownTitle: 'Why tides?',
    artifact: { title: '海はなぜ Tides' },
  });
});

test('without a provider, what needs one is refused', async () => {
  for (const input of [{ source: 'provider' }, { prompt: 'A harbour.' }]) {
    expect(await ada.call('generate_featured_image', { title: 'x', ...input })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/source (generated|provider)/) }],
    });
  }
});

test('nobody signed in, and colours that are none, are refused', async () => {
  await using nobody = await manager.connect();
  expect(await nobody.call('generate_featured_image', { title: 'x' })).toMatchObject({ isError: true });
  await expect(
    ada.call('generate_featured_image', { title: 'x', colors: ['red', '"/><script>'] }),
  ).resolves.toMatchObject({
    isError: true,
  });
});
