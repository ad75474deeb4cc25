import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homePaths } from '../../core/home.ts';
import { parseKeyFile } from '../../core/keys.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';

let folder: string;
let mooring: RunningMooring;
let admin: Client;
let user: Client;

const example = async (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, '../../examples/local', name), 'utf8');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  mooring = await startMooring({
    manifests: {
      'systemprompt.yaml': `${await example('systemprompt.yaml')}    - { name: SYSTEMPROMPT_FOLDER, value: "${folder}" }\n`,
      'marketplace.yaml': `${await example('marketplace.yaml')}    - { name: API_TOKEN, value: "planted-7f3a9c2e5b8d1f60" }\n`,
    },
    ready: ['systemprompt', 'marketplace'],
  });
  admin = await connected(await mooring.token('systemprompt', 'user admin'));
  user = await connected(await mooring.token('systemprompt', 'user'));
});
afterAll(async () => {
  await admin?.close();
  await user?.close();
  await mooring?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function connected(token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: `Bearer ${token}` };
  const endpoint = new URL(mooring.endpoint('systemprompt'));
  await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
  return client;
}

interface Ran {
  readonly isError: boolean;
  readonly text: string;
  readonly artifact: { type: string; text?: string; columns?: string[]; rows?: unknown[][]; value?: unknown };
  readonly exitCode: number | undefined;
}

async function run(client: Client, ...args: string[]): Promise<Ran> {
  const { isError, content, structuredContent } = await client.callTool({ name: 'systemprompt', arguments: { args } });
  const text = content.map((part) => ('text' in part ? part.text : '')).join('');
  const { artifact = { type: 'none' }, exitCode } = (structuredContent ?? {}) as Partial<Ran>;
  return { isError: isError === true, text, artifact, exitCode };
}

describe('what a user sees', () => {
  test('list is a table of what there is', async () => {
    const { artifact, exitCode, text } = await run(user, 'list', '-o', 'json');
    expect(text).toContain('marketplace');
    expect(exitCode).toBe(0);
    expect(artifact).toMatchObject({ type: 'table', columns: expect.arrayContaining(['Name', 'Ready']) });
    expect(artifact.rows?.map(([name]) => name).sort()).toEqual(['marketplace', 'systemprompt']);
  });

  test.each([
    ['status', ['status', '-o', 'json'], 'table'],
    ['tools', ['tools', 'marketplace', '--output=json'], 'table'],
    ['show', ['show', 'marketplace', '-o', 'json'], 'json'],
    ['show', ['show', 'default/marketplace', '-o', 'yaml'], 'code'],
    ['logs', ['logs', 'marketplace', '--tail', '5'], 'log'],
    ['doctor', ['doctor', 'marketplace'], 'code'],
    ['validate', ['validate', 'marketplace'], 'code'],
  ])('%s is the fitting artifact', async (_, args, type) => {
    const ran = await run(user, ...args);
    expect([ran.isError, ran.text, ran.artifact.type]).toEqual([false, ran.text, type]);
  });
});

test('call runs a tool as the caller, with what they keep', async () => {
  const draft = ['-a', 'name=pdf-forms', '-a', 'description=Fills PDF forms. Use for PDFs.', '-a', 'content=# PDF'];
  const made = await run(user, 'call', 'marketplace', 'create_skill', ...draft, '-o', 'json');
  expect([made.isError, made.text]).toEqual([false, made.text]);
  const { artifact } = await run(user, 'call', 'marketplace', 'list_skills', '-o', 'json');
  expect(JSON.stringify(artifact)).toContain('pdf-forms');
});

test('two people see by it what is theirs, and not what is the other’s', async () => {
  const keys = parseKeyFile(await readFile(homePaths(mooring.home).gatewayKeys, 'utf8'), 'keys');
  if (!keys['tokens']) throw new Error('no key for tokens');
  const url = mooring.endpoint('systemprompt');
  /** As the gateway would have given it to them after a sign-in. */
  const tokenOf = async (subject: string): Promise<string> =>
    new SignJWT({ scope: 'user', client_id: 'test', mooring_server: 'default/systemprompt' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys['tokens']?.[0].kid ?? '' })
      .setIssuer(mooring.url)
      .setSubject(subject)
      .setAudience(url)
      .setJti(subject)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(await importJWK(keys['tokens']?.[0] ?? {}, 'ES256'));
  const [ada, bob] = [await connected(await tokenOf('ada')), await connected(await tokenOf('bob'))];
  const draft = ['-a', 'description=Of Ada. Use for tests.', '-a', 'content=# A'];
  const made = await run(ada, 'call', 'marketplace', 'create_skill', '-a', 'name=of-ada', ...draft);
  expect([made.isError, made.text]).toEqual([false, expect.stringContaining('of-ada')]);
  const skills = async (client: Client) => JSON.stringify(await run(client, 'call', 'marketplace', 'list_skills'));
  expect(await skills(ada)).toContain('of-ada');
  expect(await skills(bob)).not.toContain('of-ada');
  await Promise.all([ada.close(), bob.close()]);
});

test('what another server answered is shown and not kept: it may be a secret, which has no place in a second database', async () => {
  const [name, planted] = ['GREETING', 'planted words'];
  const call = async (tool: string, given: object, ...flags: string[]): Promise<Ran> =>
    run(admin, 'call', 'marketplace', tool, '--json', JSON.stringify(given), ...flags);
  expect((await call('manage_secrets', { action: 'set', name, value: planted })).isError).toBe(false);
  for (const flags of [[], ['-o', 'json']])
    expect((await call('get_secrets', { names: [name] }, ...flags)).text).toContain(planted);
  const { resources } = await admin.listResources();
  const kept = resources.filter(({ uri }) => uri.startsWith('artifact://'));
  for (const { uri } of kept) expect(JSON.stringify(await admin.readResource({ uri }))).not.toContain(planted);
  expect(kept.map(({ title }) => title)).not.toContainEqual(expect.stringMatching(/^mooring call/));
});

test('the viewer of artifacts is there, with a policy that reaches no network', async () => {
  const { resources } = await user.listResources();
  const viewer = resources.find(({ uri }) => uri.startsWith('ui://'));
  const { contents } = await user.readResource({ uri: viewer?.uri ?? '' });
  expect(contents[0]?.mimeType).toBe('text/html;profile=mcp-app');
  const [content] = contents as { text?: string; _meta?: object }[];
  expect(content?.text).toContain('Content-Security-Policy');
});

test('secrets of a manifest are shown to nobody', async () => {
  const planted = 'planted-7f3a9c2e5b8d1f60';
  for (const format of ['json', 'yaml', 'wide']) {
    expect(JSON.stringify(await run(user, 'show', 'marketplace', '-o', format))).not.toContain(planted);
    expect(JSON.stringify(await run(user, 'list', '-o', format))).not.toContain(planted);
  }
});

test('an administrator disables and enables a server, in its file', async () => {
  const file = join(mooring.manifests, 'marketplace.yaml');
  const before = await readFile(file, 'utf8');
  const off = await run(admin, 'disable', 'marketplace');
  expect([off.isError, off.text]).toEqual([false, expect.stringContaining('default/marketplace is disabled')]);
  const disabled = await readFile(file, 'utf8');
  expect(disabled).toContain('enabled: false');
  expect(disabled).toContain('# Holds DATABASE_URL.');
  const again = await run(admin, 'disable', 'marketplace', '-o', 'json');
  expect(again.artifact).toMatchObject({ type: 'json', value: { server: 'default/marketplace', changed: false } });
  expect((await run(admin, 'enable', 'marketplace')).isError).toBe(false);
  expect((await readFile(file, 'utf8')).replace('  enabled: true\n', '')).toBe(before);
});

test('an administrator syncs the folder of the configuration, after a look at what that does', async () => {
  const manifest = `# new\n${(await example('marketplace.yaml')).replace('name: marketplace', 'name: synced')}`;
  await writeFile(join(folder, 'synced.yaml'), manifest.replace('binary:', 'enabled: false\n  binary:'));
  const ends = ['--from', 'folder', '--to', 'local', 'synced'];
  const dry = await run(admin, 'sync', ...ends, '--dry-run');
  expect([dry.isError, dry.text]).toEqual([false, expect.stringContaining('synced')]);
  expect((await run(user, 'list')).text).not.toContain('synced');
  const done = await run(admin, 'sync', ...ends, '--yes', '-o', 'json');
  expect([done.isError, done.exitCode, done.text]).toEqual([false, 0, expect.stringContaining('synced')]);
  await expect.poll(async () => (await run(user, 'list')).text, { timeout: 10_000 }).toContain('synced');
  expect(await readFile(join(mooring.manifests, 'synced.yaml'), 'utf8')).toContain('name: synced');
});

test('what a user may not do is refused before anything runs, and changes nothing', async () => {
  const file = join(mooring.manifests, 'marketplace.yaml');
  const before = await readFile(file, 'utf8');
  for (const args of [
    ['enable', 'marketplace'],
    ['disable', 'marketplace'],
    ['sync', '--from', 'folder', '--to', 'local', '--yes'],
  ]) {
    const ran = await run(user, ...args);
    expect([args, ran.isError, ran.text]).toEqual([args, true, expect.stringContaining('needs the scope admin')]);
  }
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('no way leads back into systemprompt', async () => {
  for (const client of [user, admin])
    for (const args of [
      ['call', 'systemprompt', 'systemprompt', '--json', '{"args":["list"]}'],
      ['call', 'default/systemprompt', 'systemprompt', '-a', 'args=["list"]'],
      ['tools', 'systemprompt'],
    ]) {
      const ran = await run(client, ...args);
      expect([args, ran.isError, ran.text]).toEqual([args, true, expect.stringContaining('does not call itself')]);
    }
});

test('a call has no more than the scopes of the caller', async () => {
  const ran = await run(user, 'call', 'marketplace', 'list_skills', '--scope', 'admin');
  expect([ran.isError, ran.text]).toEqual([true, expect.stringContaining('do not have the scope admin')]);
});
