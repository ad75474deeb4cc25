import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Identity } from '../../../core/identity-token.ts';
import { createIdentities, type Identities } from '../../../test/support/identities.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { artifactStore, createServer, defineArtifactTool, serverDatabase, z, type RunningServer } from '../index.ts';

const note = defineArtifactTool({
  name: 'note',
  title: 'Note',
  description: 'Makes a note.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  types: ['markdown', 'image'],
  input: z.strictObject({ text: z.string() }),
  handler: async ({ text }) => ({
    artifact:
      text === 'picture'
        ? { type: 'image', title: text, mimeType: 'image/png', data: 'AQID', alt: 'Three bytes' }
        : { type: 'markdown', title: text, text },
  }),
});

const log = readableLog();
const ADA: Identity = { subject: 'ada', clientId: 'test', scopes: ['tools:read'] };
let identities: Identities;
let server: RunningServer;
let databaseless: RunningServer;

beforeAll(async () => {
  identities = await createIdentities('default/notes');
  const env = { ...identities.env, DATABASE_URL: await testDatabase('artifacts') };
  const database = serverDatabase(env, { migrations: {}, artifacts: true, log: log.log });
  const definition = { name: 'notes', title: 'Notes', version: '1.0.0', tools: [note], services: {}, log: log.log };
  const artifacts = artifactStore(database);
  server = await createServer({ ...definition, artifacts, close: async () => database.close() }, env);
  const never = serverDatabase(env, { migrations: {}, artifacts: true, log: log.log });
  databaseless = await createServer(
    { ...definition, artifacts: artifactStore(never), close: async () => never.close() },
    env,
  );
  database.start();
  await vi.waitFor(async () => database.ready(), { timeout: 10_000, interval: 20 });
});
afterAll(async () => {
  await server.stop();
  await databaseless.stop();
  await identities[Symbol.asyncDispose]();
});

async function connect(identity: Identity, { url } = server) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: await identities.headers(identity) };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.close() });
}

const made = async (client: Client, text: string) => {
  const { structuredContent, content } = await client.callTool({ name: 'note', arguments: { text } });
  return { ...(structuredContent as { artifact: object; resource?: { uri: string } }), content };
};

test('an artifact is shown, kept, listed and read again by who made it', async () => {
  await using ada = await connect(ADA);
  const { artifact, resource, content } = await made(ada, 'hello');
  expect(artifact).toEqual({ type: 'markdown', title: 'hello', text: 'hello' });
  const uri = resource?.uri ?? '';
  expect(uri).toMatch(/^artifact:\/\/notes\/[0-9a-f-]{36}$/);
  expect(content).toContainEqual(expect.objectContaining({ type: 'resource_link', uri }));
  expect((await ada.listResources()).resources).toContainEqual(
    expect.objectContaining({ uri, title: 'hello', mimeType: 'application/json' }),
  );
  const { contents } = await ada.readResource({ uri });
  expect(contents).toEqual([{ uri, mimeType: 'application/json', text: JSON.stringify(artifact) }]);
});

test('an image is read as JSON and as an image', async () => {
  await using ada = await connect(ADA);
  const { contents } = await ada.readResource({ uri: (await made(ada, 'picture')).resource?.uri ?? '' });
  expect(contents).toMatchObject([{ mimeType: 'application/json' }, { mimeType: 'image/png', blob: 'AQID' }]);
});

test.each<[string, Identity]>([
  ['another person', { ...ADA, subject: 'bob' }],
  ['an admin', { subject: 'root', clientId: 'test', scopes: ['admin', 'user', 'tools:read'] }],
  ['nobody', { scopes: [] }],
])('%s neither reads nor lists it', async (_, identity) => {
  await using ada = await connect(ADA);
  const uri = (await made(ada, 'mine')).resource?.uri ?? '';
  await using other = await connect(identity);
  await expect(other.readResource({ uri })).rejects.toMatchObject({ code: -32_602 });
  expect((await other.listResources()).resources.filter((entry) => entry.uri.startsWith('artifact:'))).toEqual([]);
});

test('an anonymous caller sees it, and nothing is kept', async () => {
  await using nobody = await connect({ scopes: [] });
  expect(await made(nobody, 'passing')).toMatchObject({ artifact: { title: 'passing' } });
  expect((await made(nobody, 'passing')).resource).toBeUndefined();
});

test('a database that is away costs the copy, not the result', async () => {
  await using ada = await connect(ADA, databaseless);
  expect(await made(ada, 'now')).toMatchObject({ artifact: { title: 'now' } });
  expect((await made(ada, 'now')).resource).toBeUndefined();
  expect(log.lines().map(({ msg }) => msg)).toContain('an artifact was shown and not kept');
  await expect(ada.listResources()).rejects.toThrow(/cannot be reached now/);
});

test('the tool names the viewer, which is there because it does', async () => {
  await using ada = await connect(ADA);
  const { tools } = await ada.listTools();
  expect(tools[0]?._meta).toMatchObject({ ui: { resourceUri: 'ui://notes/artifact-viewer' } });
  const { contents } = await ada.readResource({ uri: 'ui://notes/artifact-viewer' });
  expect(contents).toMatchObject([{ mimeType: 'text/html;profile=mcp-app' }]);
});
