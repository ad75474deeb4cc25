import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANSWERING, type Answers } from '../../../test/support/answering-client.ts';
import { createIdentities, type Identities } from '../../../test/support/identities.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { createServer, defineTool, ToolFailure, z, type RunningServer, type ToolContext } from '../index.ts';

interface Services {
  readonly seen: string[];
}
const hints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };
const described = (name: string) => ({ name, title: name, description: name, annotations: hints, asksClient: true });

const remove = defineTool({
  ...described('remove'),
  input: z.strictObject({ what: z.string() }),
  output: z.object({ removed: z.boolean(), runs: z.int(), ticket: z.string() }),
  handler: async ({ what }, { client, once, seen }: ToolContext<Services>) => {
    seen.push('run');
    if (!client.elicitForm) throw new ToolFailure('Your client cannot ask.');
    const ticket = await once('ticket', async () => `ticket ${seen.push('ticket')}`);
    const form = z.object({ sure: z.boolean(), why: z.string().optional() });
    const answer = await client.elicitForm('sure', { message: `Remove ${what}?`, form });
    const removed = answer.action === 'accept' && answer.content.sure;
    return { removed, runs: seen.filter((entry) => entry === 'run').length, ticket };
  },
});
const write = defineTool({
  ...described('write'),
  input: z.strictObject({}),
  output: z.object({ text: z.string(), model: z.string(), visited: z.string() }),
  handler: async (_input, { client }: ToolContext<Services>) => {
    const visited = (await client.elicitUrl?.('visit', { message: 'Look.', url: 'https://example.com/x' })) ?? 'cannot';
    if (!client.sample) throw new ToolFailure('Your client has no model for us.');
    const { text, model } = await client.sample('draft', {
      messages: [{ role: 'user', text: 'Write.' }],
      systemPrompt: 'Short.',
      maxTokens: 10,
    });
    return { text, model, visited };
  },
});

const USER = { subject: 'ada', clientId: 'test', scopes: [] };
let identities: Identities;
let servers: RunningServer[];
let seen: string[];

const start = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const server = await createServer(
    {
      name: 'asking',
      title: 'Asking',
      version: '1.0.0',
      tools: [remove, write],
      services: { seen },
      log: readableLog().log,
    },
    { ...identities.env, ...env },
  );
  servers.push(server);
  return `${server.url}/mcp`;
};

beforeEach(async () => {
  identities = await createIdentities('default/asking');
  servers = [];
  seen = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  await identities[Symbol.asyncDispose]();
});

const accepting = (content: object): Answers => ({ elicit: () => ({ action: 'accept', content }) });

describe.each(ANSWERING)('a client of the $era era', ({ era, connect }) => {
  const client = async (answers: Answers, identity = USER) =>
    connect(await start(), await identities.headers(identity), answers);

  test('is asked by a form, and what must happen once happens once', async () => {
    const asked: unknown[] = [];
    await using person = await client({
      elicit: (params) => {
        asked.push(params);
        return { action: 'accept', content: { sure: true } };
      },
    });
    const { structuredContent } = await person.call('remove', { what: 'all' });
    expect(structuredContent).toEqual({ removed: true, runs: era === 'legacy' ? 1 : 2, ticket: 'ticket 2' });
    expect(asked).toEqual([
      expect.objectContaining({
        message: 'Remove all?',
        requestedSchema: expect.objectContaining({
          properties: expect.objectContaining({ sure: { type: 'boolean' } }),
        }),
      }),
    ]);
  });

  test.each(['decline', 'cancel'])('may %s', async (action) => {
    await using person = await client({ elicit: () => ({ action }) });
    expect((await person.call('remove', { what: 'all' })).structuredContent).toMatchObject({ removed: false });
  });

  test('is told what does not fit its form', async () => {
    await using person = await client(accepting({ sure: 'very' }));
    const { isError, content } = await person.call('remove', { what: 'all' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toMatch(/does not fit the question.*boolean/s);
  });

  test('visits a page and lends its model, one after the other', async () => {
    const asked: unknown[] = [];
    await using person = await client({
      elicit: (params) => (asked.push(params['url']), { action: 'accept' }),
      sample: (params) => {
        asked.push(params['systemPrompt']);
        return { role: 'assistant', model: 'small', content: { type: 'text', text: 'Done.' } };
      },
    });
    const { structuredContent } = await person.call('write');
    expect(structuredContent).toEqual({ text: 'Done.', model: 'small', visited: 'accept' });
    expect(asked).toEqual(['https://example.com/x', 'Short.']);
  });

  test('that cannot be asked is not', async () => {
    await using person = await client({});
    expect((await person.call('remove', { what: 'all' })).content[0]?.text).toBe('Your client cannot ask.');
    expect((await person.call('write')).content[0]?.text).toBe('Your client has no model for us.');
  });
});
