import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLED_SERVERS } from '../../core/bundled-servers.ts';
import { callTool } from '../support/call-tool.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';

const NAMES = Object.keys(BUNDLED_SERVERS);
const ROLES = Object.values(BUNDLED_SERVERS).map(({ databaseRole }) => databaseRole);

let mooring: RunningMooring;

beforeAll(async () => {
  mooring = await startMooring({ folder: 'examples/local', ready: NAMES });
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

const secret = (server: string, key: string): string => join(mooring.home, 'secrets', server, key);

/** Logs in as the role of a server, with what that server is given. */
async function login(server: string) {
  const client = new Client({ connectionString: await readFile(secret(`${server}-database`, 'DATABASE_URL'), 'utf8') });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.end() });
}

test('every server that Mooring brings along answers calls', async () => {
  const call = async (server: string, tool: string, input = {}) =>
    callTool(mooring.endpoint(server), tool, input, await mooring.token(server));
  expect(await call('marketplace', 'list_skills')).toContain('"skills":[]');
  expect(await call('systemprompt', 'systemprompt', { args: ['list'] })).toContain('marketplace');
  expect(await call('content-manager', 'create_blog_post', { title: 'Tides', body: 'Two words.' })).toContain(
    'words: 2',
  );
});

describe.each(NAMES)('the database role of %s', (server) => {
  test('has tables of its own, and those of nobody else', async () => {
    await using client = await login(server);
    const { rows } = await client.query<{ schema: string; mine: string }>(
      `select current_schema() as schema, count(*) as mine from pg_tables where schemaname = current_schema()`,
    );
    const own = BUNDLED_SERVERS[server as keyof typeof BUNDLED_SERVERS].databaseRole;
    expect(rows[0]?.schema).toBe(own);
    expect(Number(rows[0]?.mine)).toBeGreaterThan(0);
    for (const other of ['gateway', ...ROLES].filter((role) => role !== own)) {
      // Whatever it is called: the schema itself is closed.
      const tables = await client.query<{ tablename: string }>(
        'select tablename from pg_tables where schemaname = $1',
        [other],
      );
      expect(tables.rows.length).toBeGreaterThan(0);
      for (const { tablename } of tables.rows) {
        const attempts = [
          `select from ${other}.${tablename}`,
          `truncate ${other}.${tablename}`,
          `create table ${other}.x ()`,
        ];
        for (const attempt of attempts) await expect(client.query(attempt)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(client.query(`set role ${other}`)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

test('a key encryption key is made once, for those who encrypt, and is nobody’s to read', async () => {
  const file = secret('marketplace-kek', 'kek');
  const before = await readFile(file, 'utf8');
  expect(Buffer.from(before, 'base64url')).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(secret('marketplace-kek', 'path'), 'utf8')).toBe(file);
  await expect(stat(secret('systemprompt-kek', 'kek'))).rejects.toMatchObject({ code: 'ENOENT' });
  await mooring.stop();
  await mooring.start();
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(mooring.output()).not.toContain(before);
});

test('metrics of a server are not among what the gateway publishes', async () => {
  for (const path of [
    'systemprompt/metrics',
    'systemprompt/mcp/../metrics',
    'systemprompt/mcp/metrics',
    'systemprompt/healthz',
  ]) {
    const response = await fetch(`${mooring.url}/api/v1/mcp/${path}`);
    expect([path, response.status]).toEqual([path, 404]);
  }
});
