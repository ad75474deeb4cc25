import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ERAS, type ConnectedClient, type ToolResult } from '../../test/support/eras.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import type { RunningServer } from '../kit/index.ts';
import { startMarketplace } from './main.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const SCOPES = ['user', 'tools:read'];
const READERS = new Set(['list_skills', 'read_skill', 'analyze_skill', 'get_secrets']);
const DRAFT = { name: 'pdf-forms', description: 'Fills PDF forms. Use for PDFs.', content: '# PDF forms\n\nOpen it.' };

let identities: Identities;
let env: NodeJS.ProcessEnv;
let server: RunningServer;
let person = 0;

beforeAll(async () => {
  identities = await createIdentities();
  env = { ...identities.env, DATABASE_URL: await testDatabase('marketplace') };
  server = await startMarketplace(env);
  await ready(server);
});
afterAll(async () => {
  await server.stop();
  await identities[Symbol.asyncDispose]();
});
beforeEach(() => {
  person += 1;
});

/** Somebody who has no skills yet, or another one of them. */
const subject = (who = 'ada') => `${who}-${person}`;
const connected = async (era: (typeof ERAS)[number], identity: { subject?: string; scopes?: string[] } = {}) =>
  era.connect(
    `${server.url}/mcp`,
    await identities.headers({ subject: subject(), clientId: 'test', scopes: SCOPES, ...identity }),
  );
const modern = async (identity?: { subject?: string; scopes?: string[] }) => connected(ERAS[1], identity);
const names = async (client: ConnectedClient, filter: Record<string, unknown> = {}) =>
  ((await client.call('list_skills', filter)).structuredContent as { skills: { name: string }[] }).skills.map(
    ({ name }) => name,
  );
const ready = async ({ url }: RunningServer) =>
  vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 10_000, interval: 20 });
const textOf = ({ content }: ToolResult) => content[0]?.text ?? '';

test.each(ERAS)('a person keeps skills with a client of the $era era', async (era) => {
  await using client = await connected(era);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'create_skill',
    'update_skill',
    'list_skills',
    'read_skill',
    'analyze_skill',
    'sync_skills',
    'manage_secrets',
    'get_secrets',
  ]);
  const created = await client.call('create_skill', { ...DRAFT, tags: ['pdf', 'forms', 'pdf'] });
  expect(created).toMatchObject({
    structuredContent: { skill: { name: 'pdf-forms', version: 1, tags: ['forms', 'pdf'] } },
  });
  const updated = await client.call('update_skill', { name: 'pdf-forms', version: 1, content: 'new' });
  expect(updated.structuredContent).toMatchObject({ skill: { version: 2, description: DRAFT.description } });
  const listed = await client.call('list_skills', { name: 'pdf-forms', includeContent: true });
  expect(listed.structuredContent).toEqual({
    skills: [
      {
        owner: subject(),
        name: 'pdf-forms',
        archived: false,
        description: DRAFT.description,
        content: 'new',
        tags: ['forms', 'pdf'],
        version: 2,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ],
  });
});

test('every tool says how it behaves', async () => {
  await using client = await modern();
  const { tools } = await client.listTools();
  for (const tool of tools) {
    expect(tool).toMatchObject({
      title: expect.any(String),
      description: expect.any(String),
      inputSchema: { type: 'object', additionalProperties: false },
      outputSchema: { type: 'object' },
      annotations: { openWorldHint: false, readOnlyHint: READERS.has(tool.name) },
    });
  }
});

describe('skills belong to the person who made them', () => {
  test('others neither see nor change them', async () => {
    await using ada = await modern();
    await using eve = await modern({ subject: subject('eve'), scopes: [...SCOPES, 'admin'] });
    await ada.call('create_skill', DRAFT);
    expect(await names(eve)).toEqual([]);
    expect(await names(eve, { name: DRAFT.name })).toEqual([]);
    const stolen = await eve.call('update_skill', { name: DRAFT.name, version: 1, content: 'eve was here' });
    expect(textOf(stolen)).toContain('no skill named pdf-forms');
    expect((await eve.call('create_skill', { ...DRAFT, content: 'of eve' })).isError).toBeUndefined();
    expect(await ada.call('list_skills', { includeContent: true })).toMatchObject({
      structuredContent: { skills: [{ version: 1, content: DRAFT.content }] },
    });
  });

  test.each([
    ['create_skill', DRAFT],
    ['update_skill', { name: 'x', version: 1, content: 'y' }],
    ['list_skills', {}],
  ])('nobody means no %s', async (tool, input) => {
    const anonymous = {
      ['mooring-identity']: (await identities.headers({ scopes: SCOPES }))['mooring-identity'] ?? '',
    };
    await using client = await ERAS[1].connect(`${server.url}/mcp`, anonymous);
    const result = await client.call(tool, input);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^Nobody is signed in.*sign in/);
  });

  test('changes need the scope user, reading tools:read', async () => {
    await using reader = await modern({ scopes: ['tools:read'] });
    for (const [tool, input] of [
      ['create_skill', DRAFT],
      ['update_skill', { name: 'x', version: 1, content: 'y' }],
    ] as const) {
      expect(textOf(await reader.call(tool, input))).toContain('needs the scope user');
    }
    expect(await names(reader)).toEqual([]);
    await using stranger = await modern({ scopes: ['other'] });
    expect(textOf(await stranger.call('list_skills'))).toContain('needs the scope tools:read');
  });
});

describe('a change', () => {
  test('of a version that is gone is refused, and says how to go on', async () => {
    await using client = await modern();
    await client.call('create_skill', DRAFT);
    await client.call('update_skill', { name: DRAFT.name, version: 1, content: 'two' });
    const late = await client.call('update_skill', { name: DRAFT.name, version: 1, content: 'lost' });
    expect(late.isError).toBe(true);
    expect(textOf(late)).toMatch(/version 2 now, not 1.*list_skills .*includeContent.*send version 2/);
    expect(await client.call('list_skills', { includeContent: true })).toMatchObject({
      structuredContent: { skills: [{ version: 2, content: 'two' }] },
    });
  });

  test('is made once, when many come at once', async () => {
    await using client = await modern();
    await client.call('create_skill', DRAFT);
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        client.call('update_skill', { name: DRAFT.name, version: 1, content: `by ${index}` }),
      ),
    );
    expect(results.filter(({ isError }) => !isError)).toHaveLength(1);
  });

  test('leaves what it does not name, and removes tags with an empty list', async () => {
    await using client = await modern();
    await client.call('create_skill', { ...DRAFT, tags: ['pdf'] });
    await client.call('update_skill', { name: DRAFT.name, version: 1, description: 'Other.' });
    expect((await client.call('list_skills', { includeContent: true })).structuredContent).toMatchObject({
      skills: [{ description: 'Other.', content: DRAFT.content, tags: ['pdf'] }],
    });
    const untagged = await client.call('update_skill', { name: DRAFT.name, version: 2, tags: [] });
    expect(untagged.structuredContent).toMatchObject({ skill: { tags: [], version: 3 } });
  });

  test('of nothing is refused', async () => {
    await using client = await modern();
    await client.call('create_skill', DRAFT);
    expect(textOf(await client.call('update_skill', { name: DRAFT.name, version: 1 }))).toContain('nothing to change');
    expect(textOf(await client.call('update_skill', { name: 'absent', version: 1, content: 'x' }))).toMatch(
      /no skill named absent.*create_skill/,
    );
  });
});

describe('a new skill', () => {
  test('has a name of its own, when many come at once too', async () => {
    await using client = await modern();
    const results = await Promise.all(Array.from({ length: 8 }, async () => client.call('create_skill', DRAFT)));
    expect(results.filter(({ isError }) => !isError)).toHaveLength(1);
    const refused = results.find(({ isError }) => isError);
    expect(refused && textOf(refused)).toMatch(/already has a skill named pdf-forms, at version 1.*update_skill/);
  });

  test.each([
    ['PDF', 'lowercase'],
    ['-pdf', 'lowercase'],
    ['pdf-', 'lowercase'],
    ['pdf--forms', 'lowercase'],
    ['pdf forms', 'lowercase'],
    ['../etc', 'lowercase'],
    ['pdf\n', 'lowercase'],
    ['', 'lowercase'],
    ['x'.repeat(65), '64'],
  ])('cannot be named %j', async (name, why) => {
    await using client = await modern();
    const result = await client.call('create_skill', { ...DRAFT, name });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(why);
  });

  test.each<[string, object, string]>([
    ['a description that is too long', { description: 'x'.repeat(1025) }, '1024'],
    ['no description', { description: '' }, 'description'],
    ['too much content', { content: 'x'.repeat(65_537) }, '65536'],
    ['a NUL', { content: 'a\0b' }, 'no NUL'],
    ['half of a surrogate pair', { content: 'a\ud800b' }, 'broken Unicode'],
    ['too many tags', { tags: Array.from({ length: 17 }, (_, index) => `t${index}`) }, '16'],
    ['a tag that is too long', { tags: ['t'.repeat(33)] }, '32'],
    ['a field that there is not', { owner: 'eve' }, 'owner'],
  ])('cannot have %s', async (_what, fields, why) => {
    await using client = await modern();
    const result = await client.call('create_skill', { ...DRAFT, ...fields });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(why);
    expect(await names(client)).toEqual([]);
  });

  test('is refused above a thousand', async () => {
    await using client = await modern();
    const db = new Client({ connectionString: env['DATABASE_URL'] });
    await db.connect();
    await db.query(
      `insert into skills (owner, name, description, content, tags)
       select $1, 's' || n, 'd', 'c', '{}' from generate_series(1, 999) n`,
      [subject()],
    );
    await db.end();
    expect((await client.call('create_skill', DRAFT)).isError).toBeUndefined();
    const refused = await client.call('create_skill', { ...DRAFT, name: 'one-more' });
    expect(textOf(refused)).toMatch(/1000 skills, which is the limit/);
  });

  test('keeps its text as it is', async () => {
    await using client = await modern();
    const content = `'; drop table skills; -- \\ %s {"a":1} \u{1F600} \u2028 ${'x'.repeat(60_000)}`;
    await client.call('create_skill', { ...DRAFT, content });
    expect((await client.call('list_skills', { includeContent: true })).structuredContent).toMatchObject({
      skills: [{ content }],
    });
  });
});

describe('a list', () => {
  test('finds by name, text and tags', async () => {
    await using client = await modern();
    const make = async (name: string, description: string, tags: string[] = []) =>
      client.call('create_skill', { name, description, content: 'x', tags });
    await make('alpha', 'Reads 100% of it.', ['a', 'b']);
    await make('beta', 'Writes snake_case.', ['b']);
    await make('gamma', String.raw`Escapes \ well. Straße.`, []);
    expect(await names(client)).toEqual(['alpha', 'beta', 'gamma']);
    expect(await names(client, { tags: ['b'] })).toEqual(['alpha', 'beta']);
    expect(await names(client, { tags: ['b', 'a'] })).toEqual(['alpha']);
    expect(await names(client, { search: 'READS' })).toEqual(['alpha']);
    expect(await names(client, { search: 'bet' })).toEqual(['beta']);
    expect(await names(client, { search: '%' })).toEqual(['alpha']);
    expect(await names(client, { search: '_' })).toEqual(['beta']);
    expect(await names(client, { search: '\\' })).toEqual(['gamma']);
    expect(await names(client, { search: 'e', tags: ['b'], name: 'beta' })).toEqual(['beta']);
    expect(await names(client, { search: 'nothing like it' })).toEqual([]);
  });

  test.each([
    ['garbage', 'x', 'not a cursor'],
    ['another format', Buffer.from('{"after":"a"}').toString('base64url'), 'not a cursor'],
    ['a name that cannot be', Buffer.from('["a\\u0000","ada","x"]').toString('base64url'), 'not a cursor'],
    ['another search', Buffer.from('["alpha","ada","AAAAAAAA"]').toString('base64url'), 'another search'],
  ])('refuses a cursor of %s', async (_what, cursor, why) => {
    await using client = await modern();
    const result = await client.call('list_skills', { cursor });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(why);
  });

  test('answers at most ten contents at a time', async () => {
    await using client = await modern();
    for (let index = 0; index < 11; index++) await client.call('create_skill', { ...DRAFT, name: `s${index}` });
    const page = await client.call('list_skills', { includeContent: true, limit: 100 });
    expect(page.structuredContent).toMatchObject({ skills: { length: 10 }, nextCursor: expect.any(String) });
    expect(await names(client, { cursor: page.structuredContent?.['nextCursor'] })).toHaveLength(1);
  });
});

test('two that start at once, and a restart, find what is there', async () => {
  await using client = await modern();
  await client.call('create_skill', DRAFT);
  const fresh = { ...env, DATABASE_URL: await testDatabase('marketplace') };
  const started = await Promise.all([startMarketplace(fresh), startMarketplace(fresh), startMarketplace(env)]);
  try {
    await Promise.all(started.map(ready));
    const headers = await identities.headers({ subject: subject(), scopes: SCOPES });
    await using again = await ERAS[0].connect(`${started[2].url}/mcp`, headers);
    expect(await names(again)).toEqual(['pdf-forms']);
  } finally {
    await Promise.all(started.map(async (one) => one.stop()));
  }
});

test.each([undefined, 'mysql://u:hunter2@h/d', 'postgresql://u:hunter2@:x/d'])(
  'does not start with DATABASE_URL=%s, and does not show it',
  async (url) => {
    const failure = await startMarketplace({ ...env, DATABASE_URL: url }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: 'bad_environment', message: expect.stringContaining('DATABASE_URL') });
    expect(String(failure?.stack)).not.toContain('hunter2');
  },
);
