import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { articlePage } from '../../servers/content-manager/testing/pages.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';
import { startWebSite, type WebSite } from '../support/web-site.ts';

let site: WebSite;
let mooring: RunningMooring;
let client: Client;

beforeAll(async () => {
  site = await startWebSite({ '/tides': articlePage('Tides', 'tides', 't') });
  const manifest = await readFile(join(import.meta.dirname, '../../examples/local/content-manager.yaml'), 'utf8');
  const env = `  env:\n    - { name: MOORING_CONTENT_ALLOW, value: "${site.host}" }\n`;
  mooring = await startMooring({ manifests: { 'content-manager.yaml': manifest + env }, ready: ['content-manager'] });
  client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: `Bearer ${await mooring.token('content-manager')}` };
  const endpoint = new URL(mooring.endpoint('content-manager'));
  await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
});
afterAll(async () => {
  await client?.close();
  await mooring?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

async function call<Answer>(name: string, input: Record<string, unknown>): Promise<Answer> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: input });
  if (isError) throw new Error(JSON.stringify(content));
  return structuredContent as Answer;
}

test('from research to a post with a picture: an official client, through the gateway', async () => {
  const research = await call<{ researchId: string; sources: { notes: unknown[] }[] }>('research_blog', {
    topic: 'How tides are measured',
    urls: [`${site.origin}/tides`],
  });
  expect(research.sources[0]?.notes.length).toBeGreaterThan(0);

  const body = 'Harbours measure the tides.[^1]';
  const { post } = await call<{ post: { slug: string; version: number; uri: string } }>('create_blog_post', {
    title: 'Tides',
    body,
    researchId: research.researchId,
    status: 'published',
  });
  const cover = await call<{ artifact: { data: string } }>('generate_featured_image', {
    title: 'Tides',
    slug: post.slug,
  });
  expect(PNG.sync.read(Buffer.from(cover.artifact.data, 'base64'))).toMatchObject({ width: 1200, height: 630 });

  const { contents } = await client.readResource({ uri: post.uri });
  expect((contents[0] as { text?: string }).text).toMatch(
    /^---\ntitle: Tides\n.*Harbours measure the tides\.\[\^1\]\n\n\[\^1\]: /s,
  );

  const exported = await call<{ post: { exportedTo: string } }>('create_blog_post', {
    slug: post.slug,
    version: 1,
    export: true,
  });
  const folder = join(mooring.home, 'servers', 'default', 'content-manager');
  expect(await readFile(join(folder, exported.post.exportedTo), 'utf8')).toContain('image: tides.png');
});
