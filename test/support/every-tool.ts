import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

/** Every tool of every bundled server, in the order of the calls: later ones use what earlier ones made. `page` is the URL of an article. */
export const CALLS: Readonly<Record<string, readonly (readonly [tool: string, input: (page: string) => object])[]>> = {
  systemprompt: [
    ['systemprompt', () => ({ args: ['list', '-o', 'json'] })],
    ['systemprompt_admin', () => ({ args: ['enable', 'marketplace'] })],
  ],
  'content-manager': [
    ['research_blog', (page) => ({ topic: 'How tides are measured', urls: [page] })],
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

/** What a client was told of a tool. */
interface ListedTool {
  readonly name: string;
  readonly outputSchema?: object | undefined;
}

/** JSON Schema 2020-12, which MCP means where a schema does not say (SEP-1613). */
const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: true }));
// What zod calls it beside `contentEncoding`, the word of JSON Schema.
ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);

export const namesOf = (tools: readonly ListedTool[]): string[] => tools.map(({ name }) => name).sort();

/** That a result is no failure, and is what the tool's output schema says. */
export function expectResult(
  tool: ListedTool | undefined,
  result: { readonly isError?: boolean | undefined; readonly content: unknown; readonly structuredContent?: unknown },
): void {
  expect(result.content).not.toEqual([]);
  expect([result.isError ?? false, result.content]).toEqual([false, result.content]);
  const validate = ajv.compile(tool?.outputSchema ?? { not: {} });
  validate(result.structuredContent);
  expect(validate.errors ?? []).toEqual([]);
}
