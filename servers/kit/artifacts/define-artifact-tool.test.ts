import { expect, test } from 'vitest';
import { toolContext } from '../testing/tool-context.ts';
import { defineArtifactTool, z } from '../index.ts';
import type { ArtifactInput } from './artifact.ts';

const about = {
  name: 'make',
  title: 'Make',
  description: 'Makes an artifact.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({}),
};
const link = { uri: 'artifact://x/1', expiresAt: '2026-01-01T00:00:00.000Z' };
const make = async (artifact: ArtifactInput, keeps = false) => {
  const tool = defineArtifactTool({ ...about, handler: async () => ({ artifact }) });
  const context = toolContext(keeps ? { artifacts: { keep: async () => link } } : {});
  const output = tool.output.parse(await tool.handler({}, context));
  return { output, content: tool.content?.(output) };
};
const table = (rows: (string | number | null)[][]): ArtifactInput => ({
  type: 'table',
  title: 'T',
  columns: ['a', 'b'],
  rows,
});

test('the result is the artifact, its text, and where it is kept', async () => {
  const { output, content } = await make(table([['x', 1]]), true);
  expect(output).toEqual({ artifact: table([['x', 1]]), resource: link });
  expect(content).toEqual([
    { type: 'text', text: '# T\n\n| a | b |\n| --- | --- |\n| x | 1 |' },
    { type: 'resource_link', uri: link.uri, name: 'table', title: 'T', mimeType: 'application/json' },
  ]);
});

test('what a model has to know beside the artifact is in the content, too', async () => {
  const tool = defineArtifactTool({
    ...about,
    output: z.object({ id: z.string() }),
    note: ({ id }) => `The id is ${id}.`,
    handler: async () => ({ artifact: table([]), id: 'x7' }),
  });
  const output = tool.output.parse(await tool.handler({}, toolContext()));
  expect(tool.content?.(output)).toContainEqual({ type: 'text', text: 'The id is x7.' });
});

test('what is not kept has no address', async () => {
  const { output, content } = await make(table([]));
  expect(output).not.toHaveProperty('resource');
  expect(content).toHaveLength(1);
});

test('what is only to be shown is not kept', async () => {
  const tool = defineArtifactTool({ ...about, handler: async () => ({ artifact: table([]), keep: false }) });
  const output = await tool.handler({}, toolContext({ artifacts: { keep: async () => link } }));
  expect(output).toEqual({ artifact: table([]) });
});

test('an image is an image for clients without apps, too', async () => {
  const image: ArtifactInput = { type: 'image', title: 'I', mimeType: 'image/png', data: 'AQID', alt: 'Three bytes' };
  const { content } = await make(image);
  expect(content).toEqual([
    { type: 'text', text: '# I\n\n(image: Three bytes)' },
    { type: 'image', data: 'AQID', mimeType: 'image/png' },
  ]);
});

test.each<[string, ArtifactInput]>([
  ['a row of another length', table([['only one']])],
  ['no title', { type: 'markdown', title: '', text: '' }],
  [
    'a series of another length',
    { type: 'chart', title: 'C', kind: 'bar', labels: ['a'], series: [{ name: 's', values: [] }] },
  ],
  [
    'a pie with a negative part',
    { type: 'chart', title: 'C', kind: 'pie', labels: ['a'], series: [{ name: 's', values: [-1] }] },
  ],
  ['an image that is a program', { type: 'image', title: 'I', mimeType: 'image/svg+xml' as never, data: '', alt: 'x' }],
  ['a link that is a program', { type: 'list', title: 'L', items: [{ title: 'x', url: 'javascript:alert(1)' }] }],
  ['too many rows', table(Array.from({ length: 5001 }, () => [1, 2]))],
])('%s is a bug of the tool', async (_, artifact) => {
  await expect(make(artifact)).rejects.toThrow(z.ZodError);
});

test('above a mebibyte the caller is told to ask for less', async () => {
  const half = 'x'.repeat(600 * 1024);
  await expect(make({ type: 'json', title: 'J', value: [half, half] })).rejects.toThrow(
    /1201 KiB, more than the 1024 KiB/,
  );
});

test('a tool that names its types has the schema of those, and makes no others', async () => {
  const artifact: ArtifactInput = { type: 'markdown', title: 'M', text: 'x' };
  const tool = defineArtifactTool({
    ...about,
    types: ['table', 'log'],
    output: z.object({ exitCode: z.int() }),
    handler: async () => ({ artifact, exitCode: 0 }),
  });
  await expect(tool.handler({}, toolContext())).rejects.toThrow(/discriminator|Invalid input/);
  const schema = JSON.stringify(z.toJSONSchema(tool.output));
  expect(schema).toContain('"exitCode"');
  expect(schema).not.toContain('markdown');
});
