import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { mcpServer } from '../../gateway/testing/memory-source.ts';
import { startApp, type RunningApp } from '../../gateway/testing/start-app.ts';
import { listen } from '../../gateway/proxy/testing/listening.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { updateCredentials } from '../credentials/credentials-file.ts';
import { gatewayPlace } from './gateway.ts';
import type { ServerView } from './place.ts';
import { serverAccess } from './server-access.ts';

const REGISTRY = '/api/v1/mcp/registry';
let app: RunningApp;
let stderr: string;

beforeAll(async () => {
  app = await startApp({
    servers: [
      mcpServer('shown', {
        backend: 'http://127.0.0.1:1/mcp',
        tools: ['read'],
        spec: { displayInWeb: true, title: 'A\u001b[2J\nB', oauth: { scopes: ['user'] } },
      }),
      mcpServer('open', { backend: 'http://127.0.0.1:1/mcp', spec: { oauth: { required: false } } }),
      mcpServer('broken', { message: 'No such program.', spec: { displayInWeb: true, oauth: { scopes: ['user'] } } }),
    ],
  });
});
afterAll(async () => app[Symbol.asyncDispose]());

beforeEach(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((part) => {
    stderr += String(part);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A sign-in with tokens for these paths. */
async function signIn(tokens: Readonly<Record<string, string>>, origin = app.url): Promise<void> {
  const entries = Object.entries(tokens).map(([path, token]) => [
    origin + path,
    { token, expiresAt: Date.now() + 900_000 },
  ]);
  const credential = {
    issuer: origin,
    tokenEndpoint: `${origin}/none`,
    refreshToken: 'r',
    accessTokens: Object.fromEntries(entries),
  };
  await updateCredentials(async (_, write) => write({ gateways: { [origin]: credential } }));
}

async function find(name: string): Promise<ServerView | undefined> {
  const { servers } = await gatewayPlace(app.url).list();
  return servers.find(({ metadata }) => metadata.name === name);
}

test('a visitor sees what the web page shows, and is told how to see more', async () => {
  const { servers, problems } = await gatewayPlace(`${app.url}/api/v1/mcp/shown/mcp`).list();
  expect([servers.map(({ metadata }) => metadata), problems]).toEqual([[{ name: 'broken' }, { name: 'shown' }], []]);
  expect(stderr).toBe(`You see what visitors see. To see every server: mooring login ${app.url}\n`);
  expect((await find('broken'))?.status?.conditions[0]).toMatchObject({
    status: 'False',
    reason: 'NotYet',
    message: expect.stringContaining('tells why'),
  });
});

test('a visitor who uses another name of the gateway is told the one to sign in to', async () => {
  const asked = app.url.replace('localhost', '127.0.0.1');
  await gatewayPlace(asked).list();
  expect(stderr).toBe(
    `You see what visitors see. ${asked} calls itself ${app.url}. To see every server, sign in and ask under that name: mooring login ${app.url}\n`,
  );
});

test('who has signed in sees every server, as any other place shows it', async () => {
  await signIn({ [REGISTRY]: await app.token(REGISTRY, { scope: 'user' }) });
  expect(await find('shown')).toEqual({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name: 'shown', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { title: 'A\ufffd[2J B', transport: 'streamable-http', oauth: { required: true, scopes: ['user'] } },
    status: {
      conditions: [
        { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
      url: app.endpoint('shown'),
      toolCount: 1,
      tools: [{ name: 'read', digest: 'sha256:0' }],
    },
  });
  expect((await find('broken'))?.status?.conditions).toMatchObject([{ status: 'False', message: 'No such program.' }]);
  expect(stderr).toBe('');
});

test('a token that the gateway does not take any more', async () => {
  await signIn({ [REGISTRY]: 'spoiled' });
  await expect(find('shown')).rejects.toMatchObject({
    code: 'not_signed_in',
    message: expect.stringMatching(/Sign in again: mooring login http:\/\/localhost:\d+$/),
  });
});

test('a server is called with the token for it; an open one without, if need be', async () => {
  const place = gatewayPlace(app.url);
  const view = (name: string, required = true): ServerView => ({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name },
    spec: { oauth: { required } },
    status: { url: app.endpoint(name), conditions: [] },
  });
  await expect(place.access(view('shown'))).rejects.toMatchObject({
    message: `Sign in first: mooring login ${app.url}`,
  });
  expect(await place.access(view('open', false))).toEqual({ url: app.endpoint('open') });
  await signIn({ '/api/v1/mcp/shown/mcp': 'for-shown', '/api/v1/mcp/open/mcp': 'for-open' });
  expect(await place.access(view('shown'))).toEqual({ url: app.endpoint('shown'), token: 'for-shown' });
  expect(await place.access(view('open', false))).toEqual({ url: app.endpoint('open'), token: 'for-open' });

  // The sign-in at one gateway is not used at another, nor for what another says of it.
  const elsewhere = gatewayPlace('https://other.example');
  await expect(elsewhere.access(view('shown'))).rejects.toMatchObject({
    code: 'wrong_host',
    message: `https://other.example calls itself ${app.url}. Ask it under that name: --gateway ${app.url}`,
  });
  const { status: _, ...withoutUrl } = view('shown');
  await expect(place.access(withoutUrl)).rejects.toMatchObject({ code: 'no_endpoint' });
  // The cluster's own word for where its servers are is taken.
  expect(await serverAccess({ kind: 'gateway' }, view('shown'))).toEqual({
    url: app.endpoint('shown'),
    token: 'for-shown',
  });
});

/** The answer of a registry with one server, and with as many as it likes. */
const registry = (change: object, times = 1): string => {
  const entry = { name: 'x', oauth: { required: true, scopes: [] }, ready: true, ...change };
  return JSON.stringify({ servers: Array.from({ length: times }, () => entry) });
};

test.each([
  ['a name that a shell would run', registry({ name: 'x$(id)' })],
  ['a namespace that a shell would run', registry({ namespace: 'x;id' })],
  ['a name that fills the memory', registry({ name: 'x'.repeat(64) })],
  ['a title without end', registry({ title: 'x'.repeat(101) })],
  ['an endpoint without end', registry({ endpoint: `https://x.example/${'x'.repeat(2048)}` })],
  ['scopes without end', registry({ oauth: { required: true, scopes: Array.from({ length: 33 }, () => 'x') } })],
  ['tools without end', registry({ tools: Array.from({ length: 1025 }, () => ({ name: 'x' })) })],
  ['servers without end', registry({}, 10_001)],
])('a catalogue with %s is not shown', async (_, body) => {
  await using other = await listen((_request, response) => void response.end(body));
  await expect(gatewayPlace(new URL(other.url).origin).list()).rejects.toMatchObject({ code: 'not_a_gateway' });
});

test('a large catalogue is shown', async () => {
  const body = registry({ tools: [{ name: 'x'.repeat(256) }] }, 10_000);
  await using other = await listen((_request, response) => void response.end(body));
  expect((await gatewayPlace(new URL(other.url).origin).list()).servers).toHaveLength(10_000);
});

test.each([
  ['a page', 'text', 'not_a_gateway'],
  ['another registry', JSON.stringify({ servers: [{ server: { name: 'x' } }] }), 'not_a_gateway'],
  [
    'an endpoint that is no web address',
    JSON.stringify({
      servers: [{ name: 'x', oauth: { required: true, scopes: [] }, ready: true, endpoint: 'file:///etc/passwd' }],
    }),
    'not_a_gateway',
  ],
])('%s is no catalogue', async (_, body, code) => {
  await using other = await listen((_request, response) => void response.end(body));
  await expect(gatewayPlace(new URL(other.url).origin).list()).rejects.toMatchObject({ code });
});

test('a URL of no gateway', () => {
  expect(() => gatewayPlace('http://mcp.example.com')).toThrow('Use https');
});
