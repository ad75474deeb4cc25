import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { PAGE_CLIENT_ID } from '../../../core/page-client.ts';
import { ANSWERING } from '../../../test/support/answering-client.ts';
import { connectModern, type ToolResult } from '../../../test/support/eras.ts';
import { createIdentities, type Identities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import type { RunningServer } from '../../kit/index.ts';
import { startMarketplace } from '../main.ts';
import { queryTables } from './testing/raw-tables.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

let identities: Identities;
let folder: string;
let databaseUrl: string;
let server: RunningServer;
let round = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-secrets-'));
  const kek = join(folder, 'kek');
  await writeFile(kek, newKek());
  identities = await createIdentities();
  databaseUrl = await testDatabase('marketplace');
  const place = { MOORING_PUBLIC_URL: 'https://mcp.example', MOORING_KEK_FILE: kek, DATABASE_URL: databaseUrl };
  server = await startMarketplace({ ...identities.env, ...place });
  await vi.waitFor(
    async () => ((await fetch(`${server.url}/readyz`)).ok ? true : Promise.reject(new Error('not ready'))),
    { timeout: 10_000 },
  );
});
afterAll(async () => {
  await server?.stop();
  await identities?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  round += 1;
});

const ALL = ['user', 'secrets:read'];
interface Who {
  readonly subject?: string | undefined;
  readonly scopes?: readonly string[];
}
/** Other people in each test. */
const named = (name: string): string => `${name}-${round}`;
const headersOf = async ({ subject, scopes = ALL }: Who): Promise<Record<string, string>> =>
  identities.headers({ ...(subject !== undefined && { subject: named(subject) }), clientId: 'test', scopes });

async function call(who: Who, tool: string, input: object): Promise<ToolResult> {
  await using client = await connectModern(`${server.url}/mcp`, await headersOf(who));
  return await client.call(tool, { ...input });
}
const manage = async (who: Who, input: object): Promise<ToolResult> => call(who, 'manage_secrets', input);
const read = async (who: Who, input: object): Promise<ToolResult> => call(who, 'get_secrets', input);
const text = ({ content }: ToolResult): string => content[0]?.text ?? '';
const ADA = { subject: 'ada' };
const value = (): string => `FAKE-${randomBytes(12).toString('hex')}`;

async function keep(name: string, secret = value()): Promise<string> {
  expect(await manage(ADA, { action: 'set', name, value: secret })).not.toHaveProperty('isError');
  return secret;
}

/** A request of the gateway for a page, as it makes it for who has signed in. */
async function page(id: string, subject: string, typed?: string, clientId = PAGE_CLIENT_ID): Promise<Response> {
  const headers = await identities.headers({ subject: named(subject), clientId, scopes: [] });
  return fetch(`${server.url}/pages/secret/${id}`, {
    headers,
    ...(typed !== undefined && { method: 'POST', body: JSON.stringify({ value: typed }) }),
  });
}
const idOf = ({ structuredContent }: ToolResult): string =>
  (structuredContent as { page: { url: string } }).page.url.split('/').at(-1) ?? '';

const query = async <Row>(sql: string, values: unknown[]): Promise<Row[]> => queryTables(databaseUrl, sql, values);

describe('the owner', () => {
  test('sets, reads, rotates, lists and deletes', async () => {
    const first = await keep('API_KEY');
    expect((await read(ADA, { names: ['API_KEY'] })).structuredContent).toEqual({
      secrets: [{ name: 'API_KEY', value: first, version: 1 }],
    });
    expect(text(await manage(ADA, { action: 'set', name: 'API_KEY', value: 'x' }))).toContain('rotate');
    await manage(ADA, { action: 'rotate', name: 'API_KEY', value: 'second' });
    expect((await read(ADA, { names: ['API_KEY'] })).structuredContent).toEqual({
      secrets: [{ name: 'API_KEY', value: 'second', version: 2 }],
    });
    const listed = await manage(ADA, { action: 'list' });
    expect(listed.structuredContent).toMatchObject({ secrets: [{ name: 'API_KEY', version: 2, grants: [] }] });
    expect(JSON.stringify(listed)).not.toContain('second');
    await manage(ADA, { action: 'delete', name: 'API_KEY' });
    expect(await read(ADA, { names: ['API_KEY'] })).toHaveProperty('isError', true);
    expect(text(await manage(ADA, { action: 'rotate', name: 'API_KEY', value: 'x' }))).toContain('no secret');
  });

  test('sees who did what, also what was refused, and never a value', async () => {
    const secret = await keep('API_KEY');
    await manage(ADA, { action: 'grant', name: 'API_KEY', to: 'person', grantee: named('bob') });
    await read({ subject: 'bob' }, { names: ['API_KEY'], owner: named('ada') });
    await read({ subject: 'eve' }, { names: ['API_KEY'], owner: named('ada') });
    const answer = await manage(ADA, { action: 'audit' });
    const { audit } = answer.structuredContent as { audit: object[] };
    expect(audit).toMatchObject([
      { action: 'read', actor: named('eve'), outcome: 'refused' },
      { action: 'read', actor: named('bob'), outcome: 'done', client: 'test' },
      { action: 'grant', actor: named('ada') },
      { action: 'set', actor: named('ada') },
    ]);
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  test.each([
    [{ action: 'set' }, 'needs the name'],
    [{ action: 'grant', name: 'A' }, 'needs "to"'],
    [{ action: 'revoke', name: 'A', to: 'person', grantee: 'x' }, 'no secret'],
  ])('is told what %o lacks', async (input, said) => {
    expect(text(await manage(ADA, input))).toContain(said);
  });
});

describe('everybody else', () => {
  const of = () => ({ names: ['API_KEY'], owner: named('ada') });

  test.each([
    ['a stranger', { subject: 'eve' }],
    ['somebody without secrets:read', { subject: 'eve', scopes: ['user'] }],
    ['nobody', {}],
  ])('%s reads nothing, and learns nothing of what is there', async (_, who: Who) => {
    const secret = await keep('API_KEY');
    const there = await read(who, of());
    expect(there.isError).toBe(true);
    expect(JSON.stringify(there)).not.toContain(secret);
    const nothing = await read(who, { ...of(), names: ['NO_KEY'] });
    expect(text(nothing).replaceAll('NO_KEY', 'API_KEY')).toBe(text(there));
  });

  test('nobody changes, grants or lists what is another’s', async () => {
    await keep('API_KEY');
    const eve = { subject: 'eve' };
    for (const change of [
      { action: 'rotate', value: 'x' },
      { action: 'delete' },
      { action: 'grant', to: 'person', grantee: named('eve') },
    ]) {
      expect(await manage(eve, { name: 'API_KEY', ...change }), change.action).toHaveProperty('isError', true);
    }
    expect((await manage(eve, { action: 'list' })).structuredContent).toMatchObject({ secrets: [] });
    expect((await manage(eve, { action: 'audit' })).structuredContent).toMatchObject({ audit: [] });
    expect(await manage({}, { action: 'list' })).toHaveProperty('isError', true);
  });

  test.each([
    ['person', (): string => named('bob'), { subject: 'bob' }, { subject: 'eve' }],
    ['role', (): string => 'team:ops', { subject: 'bob', scopes: [...ALL, 'team:ops'] }, { subject: 'eve' }],
  ] as const)(
    'a %s reads what it was granted, until that is revoked',
    async (to, grantedTo, reader: Who, other: Who) => {
      const secret = await keep('API_KEY');
      const grantee: string = grantedTo();
      const grant = { name: 'API_KEY', to, grantee };
      await manage(ADA, { action: 'grant', ...grant });
      expect((await read(reader, of())).structuredContent).toMatchObject({ secrets: [{ value: secret }] });
      expect(await read(other, of())).toHaveProperty('isError', true);
      expect(await read({ ...reader, scopes: ['user', 'team:ops'] }, of()), 'without secrets:read').toHaveProperty(
        'isError',
        true,
      );
      expect((await manage(ADA, { action: 'revoke', ...grant })).isError).toBeUndefined();
      expect(await read(reader, of())).toHaveProperty('isError', true);
    },
  );

  test('what is granted to a skill is for whoever may read the skill, when they read it for that', async () => {
    const secret = await keep('API_KEY');
    const skill = { name: 'pdf-forms', description: 'Fills forms.', content: 'Use ${API_KEY}.' };
    await call(ADA, 'create_skill', { ...skill, sharing: [{ person: named('bob') }] });
    await manage(ADA, { action: 'grant', name: 'API_KEY', to: 'skill', grantee: 'pdf-forms' });
    const bob = { subject: 'bob' };
    expect((await read(bob, { ...of(), skill: 'pdf-forms' })).structuredContent).toMatchObject({
      secrets: [{ value: secret }],
    });
    expect(await read(bob, of()), 'not for a skill').toHaveProperty('isError', true);
    expect(await read({ subject: 'eve' }, { ...of(), skill: 'pdf-forms' })).toHaveProperty('isError', true);
    expect(await read(bob, { ...of(), skill: 'another' })).toHaveProperty('isError', true);
    const mistyped = await manage(ADA, { action: 'grant', name: 'API_KEY', to: 'skill', grantee: 'pdf-from' });
    expect(mistyped.content[0]?.text).toContain('no skill named pdf-from');
  });

  test('one secret that is not for the reader keeps all of a call', async () => {
    const secret = await keep('API_KEY');
    await keep('OTHER');
    await manage(ADA, { action: 'grant', name: 'API_KEY', to: 'person', grantee: named('bob') });
    const answer = await read({ subject: 'bob' }, { ...of(), names: ['API_KEY', 'OTHER'] });
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer)).not.toContain(secret);
  });
});

describe('a value that a person types', () => {
  const ask = async (name = 'TYPED'): Promise<string> => idOf(await manage(ADA, { action: 'set', name }));

  test('without a client that opens pages: the answer says which page, and the value is there afterwards', async () => {
    const answer = await manage(ADA, { action: 'set', name: 'TYPED' });
    expect(answer.structuredContent).toMatchObject({
      message: expect.stringContaining('Do not ask for the value'),
      page: {
        url: expect.stringMatching(/^https:\/\/mcp\.example\/api\/v1\/mcp\/marketplace\/pages\/secret\/[\w-]{32}$/),
      },
    });
    const id = idOf(answer);
    expect(await (await page(id, 'ada')).json()).toMatchObject({ title: 'Value of TYPED' });
    expect((await page(id, 'ada', 'typed by hand')).status).toBe(200);
    const again = idOf(await manage(ADA, { action: 'rotate', name: 'TYPED' }));
    expect(await (await page(again, 'ada')).json()).toMatchObject({
      title: 'New value of TYPED',
      text: expect.stringContaining('replaces the value of your secret TYPED'),
    });
    expect((await read(ADA, { names: ['TYPED'] })).structuredContent).toMatchObject({
      secrets: [{ value: 'typed by hand' }],
    });
  });

  test.each(ANSWERING)(
    'a client of the $era era shows the page, and the call ends when the value is there',
    async ({ connect }) => {
      let opened = '';
      const elicit = async (params: Record<string, unknown>): Promise<object> => {
        opened = String(params['url']);
        const id = opened.split('/').at(-1) ?? '';
        setTimeout(() => void page(id, 'ada', 'typed while the call waits'), 300);
        return { action: 'accept' };
      };
      await using client = await connect(`${server.url}/mcp`, await headersOf(ADA), { elicit });
      const answer = await client.call('manage_secrets', { action: 'set', name: 'TYPED' });
      expect(answer.structuredContent).toEqual({ message: 'The user has typed the value of TYPED; it is stored.' });
      expect(opened).toContain('/pages/secret/');
      expect(JSON.stringify(answer)).not.toContain('typed while');
    },
  );

  test('a person who does not want to changes nothing', async () => {
    const [{ connect }] = [ANSWERING[1]];
    await using client = await connect(`${server.url}/mcp`, await headersOf(ADA), {
      elicit: () => ({ action: 'decline' }),
    });
    expect(text(await client.call('manage_secrets', { action: 'set', name: 'TYPED' }))).toContain('did not want');
    expect((await manage(ADA, { action: 'list' })).structuredContent).toMatchObject({ secrets: [] });
  });

  test('the page is for who started it, and for the gateway’s own sign-in only', async () => {
    const id = await ask();
    for (const response of [
      await page(id, 'eve'),
      await page(id, 'eve', 'x'),
      await page(id, 'ada', 'x', 'some-client'),
    ]) {
      expect(response.status).toBe(404);
    }
    expect((await fetch(`${server.url}/pages/secret/${id}`)).status).toBe(401);
    expect((await page(id, 'ada')).status).toBe(200);
  });

  test('it is used once: of ten at the same moment one is', async () => {
    const id = await ask();
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => (await page(id, 'ada', `v${n}`)).status),
    );
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(404)]);
    expect((await manage(ADA, { action: 'list' })).structuredContent).toMatchObject({ secrets: [{ version: 1 }] });
  });

  test('after five minutes it is gone', async () => {
    const id = await ask();
    const [row] = await query<{ minutes: number }>(
      `select extract(epoch from expires_at - now()) / 60 as minutes from secret_entries where id = $1`,
      [id],
    );
    expect(Number(row?.minutes)).toBeGreaterThan(4);
    expect(Number(row?.minutes)).toBeLessThanOrEqual(5);
    await query(`update secret_entries set expires_at = now() - interval '1 second' where id = $1`, [id]);
    expect((await page(id, 'ada')).status).toBe(404);
    expect((await page(id, 'ada', 'late')).status).toBe(404);
  });

  test('what is too long is told to the person, who can try again', async () => {
    const id = await ask();
    const refused = await page(id, 'ada', 'x'.repeat(32_769));
    expect([refused.status, await refused.json()]).toEqual([422, { message: expect.stringContaining('32768') }]);
    expect((await page(id, 'ada', 'short')).status).toBe(200);
  });
});
