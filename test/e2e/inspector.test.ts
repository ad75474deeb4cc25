import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { articlePage } from '../../servers/content-manager/testing/pages.ts';
import { inspector, type InspectedTool } from '../support/inspector.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';
import { startWebSite, type WebSite } from '../support/web-site.ts';

/** Every tool of every bundled server, in the order of the calls: later ones use what earlier ones made. */
const CALLS: Readonly<Record<string, readonly (readonly [tool: string, input: (site: string) => object])[]>> = {
  systemprompt: [
    ['systemprompt', () => ({ args: ['list', '-o', 'json'] })],
    ['systemprompt_admin', () => ({ args: ['enable', 'marketplace'] })],
  ],
  'content-manager': [
    ['research_blog', (site) => ({ topic: 'How tides are measured', urls: [`${site}/tides`] })],
    ['create_blog_post', () => ({ title: 'Tides', body: 'Harbours measure the tides.', tags: ['sea'] })],
    ['generate_featured_image', () => ({ title: 'Tides', slug: 'tides' })],
  ],
  marketplace: [
    ['create_skill', () => ({ name: 'tides', description: 'Reads tides.', content: 'Look at the gauge.' })],
    ['list_skills', () => ({ search: 'tides' })],
    ['read_skill', () => ({ name: 'tides', includeVersions: true })],
    ['update_skill', () => ({ name: 'tides', version: 1, tags: ['sea'] })],
    ['analyze_skill', () => ({ name: 'tides' })],
    ['sync_skills', () => ({ dryRun: true })],
    ['manage_secrets', () => ({ action: 'set', name: 'GAUGE', value: 'high and low' })],
    ['get_secrets', () => ({ names: ['GAUGE'] })],
  ],
};
const NAMES = Object.keys(CALLS);

let home: string;
let site: WebSite;
let mooring: RunningMooring;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-inspector-'));
  site = await startWebSite({ '/tides': articlePage('Tides', 'tides', 't') });
  const example = async (name: string): Promise<string> =>
    readFile(join(import.meta.dirname, '../../examples/local', `${name}.yaml`), 'utf8');
  const manifests = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [`${name}.yaml`, await example(name)] as const)),
  );
  manifests['content-manager.yaml'] += `  env:\n    - { name: MOORING_CONTENT_ALLOW, value: "${site.host}" }\n`;
  mooring = await startMooring({ manifests, ready: NAMES });
}, 120_000);
afterAll(async () => {
  await mooring?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** JSON Schema 2020-12, which MCP means where a schema does not say (SEP-1613). */
const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: true }));
// What zod calls it beside `contentEncoding`, the word of JSON Schema.
ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);

describe.each(NAMES)('the Inspector at %s', (server) => {
  const calls = CALLS[server] ?? [];
  let inspect: ReturnType<typeof inspector>;
  let tools: readonly InspectedTool[];
  beforeAll(async () => {
    inspect = inspector(mooring.endpoint(server), await mooring.token(server, 'user admin'), home);
    tools = await inspect.listTools('modern');
  });

  test('lists its tools in both eras, and each is called here', async () => {
    const names = (listed: readonly InspectedTool[]) => listed.map(({ name }) => name).sort();
    expect(names(tools)).toEqual(names(await inspect.listTools('legacy')));
    expect(calls.map(([tool]) => tool).sort()).toEqual(names(tools));
  });

  test.each(calls.map(([tool]) => tool))('calls %s, and the answer is what its schema says', async (name) => {
    const input = calls.find(([tool]) => tool === name)?.[1](site.origin) ?? {};
    const { isError, content, structuredContent } = await inspect.callTool(name, input);
    expect(content).not.toEqual([]);
    expect([isError ?? false, content]).toEqual([false, content]);
    const validate = ajv.compile(tools.find((tool) => tool.name === name)?.outputSchema ?? { not: {} });
    validate(structuredContent);
    expect(validate.errors ?? []).toEqual([]);
  });
});
