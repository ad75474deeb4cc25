import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { homePaths } from '../../core/home.ts';
import { IDENTITY_HEADER, identityJwks } from '../../core/identity-token.ts';
import { newKey } from '../../core/keys.ts';
import { McpServerManifest, type McpServer } from '../../crds/mcpserver.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { Side } from '../sync/side.ts';
import { controlApp } from './app.ts';
import { addManifestRoutes } from './manifest-routes.ts';
import { openControl, type Control } from './server.ts';

const SYSTEMPROMPT = 'default/systemprompt';
const USER = { subject: 'ada', clientId: 'c', scopes: ['user', 'tools:read'] };
const ADMIN = { ...USER, subject: 'root', scopes: ['admin', 'user', 'tools:read'] };
/** What `kubectl apply` keeps of a manifest. */
const APPLIED = '{"spec":{"env":[{"name":"API_TOKEN","value":"planted-in-annotation"}]}}';
const SERVER = McpServerManifest.parse({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: {
    name: 'a',
    namespace: 'default',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': APPLIED },
  },
  spec: { binary: 'x', args: ['--token', 'planted-in-args1'], env: [{ name: 'API_TOKEN', value: 'planted-in-env' }] },
}) as McpServer;

let identities: Identities;
let home: string;
let control: Control;
let changes: number;

beforeEach(async () => {
  identities = await createIdentities(SYSTEMPROMPT);
  home = await temporaryFolder();
  changes = 0;
  control = await openControl(homePaths(home).controlSocket, pino({ level: 'silent' }));
  const side: Side = {
    label: 'it',
    list: async () => [],
    apply: async () => {
      changes += 1;
    },
  };
  const app = controlApp({
    about: { version: '1', pid: 1, startedAt: '', publicUrl: '', port: 1, manifests: [] },
    source: { list: () => [SERVER], problems: () => [] },
    issueToken: async () => ({ access_token: 't', expires_in: 600, scope: '' }),
    runs: async () => new Map(),
    readLog: async function* () {},
    identityKeys: identityJwks(identities.rings).keys,
  });
  control.serve(addManifestRoutes(app, side));
});
afterEach(async () => {
  await control.close();
  await identities[Symbol.asyncDispose]();
});

async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number | undefined; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string }>();
  const outgoing = request({ socketPath: homePaths(home).controlSocket, method, path, headers }, (response) => {
    text(response).then((answer) => resolve({ status: response.statusCode, text: answer }), reject);
  });
  outgoing.on('error', reject).end(body);
  return promise;
}

const DIGEST = `all:${'0'.repeat(64)}`;
const PUT = JSON.stringify({ expected: null, wanted: { manifest: SERVER, digest: DIGEST } });
const ADMIN_ACTIONS: readonly (readonly [method: string, path: string, body: string | undefined])[] = [
  ['GET', '/v1/manifests', undefined],
  ['PUT', '/v1/manifests/default/a', PUT],
  ['PUT', '/v1/manifests/default/a?dryRun=All', PUT],
  ['DELETE', `/v1/manifests/default/a?expected=${DIGEST}`, undefined],
];
const USER_ACTIONS: readonly (readonly [method: string, path: string, body: string | undefined])[] = [
  ['GET', '/v1/about', undefined],
  ['GET', '/v1/servers', undefined],
  ['GET', '/v1/runs', undefined],
  ['GET', '/v1/logs/default/a', undefined],
  ['POST', '/v1/tokens', '{"server":"a"}'],
];

describe('a user', () => {
  test.each(USER_ACTIONS)('may %s %s', async (method, path, body) => {
    expect((await ask(method, path, await identities.headers(USER), body)).status).toBe(200);
  });
  test.each(ADMIN_ACTIONS)('may not %s %s', async (method, path, body) => {
    const answer = await ask(method, path, await identities.headers(USER), body);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    expect(changes).toBe(0);
  });
  test.each([
    ['HEAD', '/v1/manifests'],
    ['GET', '/v1//manifests'],
    ['GET', '/v1/%6Danifests'],
    ['GET', '/v1/manifests/'],
    ['GET', '/v1/servers/../manifests'],
    ['PATCH', '/v1/manifests/default/a'],
    ['POST', '/v1/manifests/default/a'],
    ['OPTIONS', '/v1/manifests'],
    ['GET', '/v1/not-known'],
  ])('comes nowhere by %s %s', async (method, path) => {
    expect((await ask(method, path, await identities.headers(USER), undefined)).status).toBe(403);
    expect(changes).toBe(0);
  });
  test('cannot add a scope by a second header', async () => {
    const token = (await identities.headers(USER))[IDENTITY_HEADER] ?? '';
    const other = (await identities.headers(ADMIN))[IDENTITY_HEADER] ?? '';
    const headers = { [IDENTITY_HEADER]: `${token}, ${other}` };
    expect((await ask('GET', '/v1/manifests', headers)).status).toBe(401);
  });
  test('sees no value that looks like a secret', async () => {
    const { text: shown } = await ask('GET', '/v1/servers', await identities.headers(USER));
    expect(shown).not.toContain('planted');
    expect(shown).toContain('API_TOKEN');
  });
});

test.each(ADMIN_ACTIONS)('an administrator may %s %s', async (method, path, body) => {
  expect((await ask(method, path, await identities.headers(ADMIN), body)).status).toBe(200);
});

test('the owner of the socket may do everything, and sees everything', async () => {
  for (const [method, path, body] of [...USER_ACTIONS, ...ADMIN_ACTIONS])
    expect((await ask(method, path, {}, body)).status).toBe(200);
  expect((await ask('GET', '/v1/servers', {})).text).toContain('planted-in-env');
});

describe('an identity that is not one is nobody, and never the owner', () => {
  test.each<[string, (own: Identities) => Promise<string>, number]>([
    ['of another server', async (own) => headerOf(own.headers(ADMIN, { server: 'default/marketplace' })), 401],
    [
      'of a namesake in another namespace',
      async (own) => headerOf(own.headers(ADMIN, { server: 'team/systemprompt' })),
      401,
    ],
    ['of a stranger’s key', async (own) => headerOf(own.headers(ADMIN, { ring: [await newKey('ES256')] })), 401],
    ['of the operator', async (own) => headerOf(own.headers(ADMIN, { issuer: 'mooring:operator' })), 403],
    [
      'of the operator, in the name of the gateway',
      async (own) => headerOf(own.headers(ADMIN, { ring: own.rings['mooring:operator'] })),
      401,
    ],
    ['of a page', async (own) => headerOf(own.headers({ ...ADMIN, clientId: 'mooring-pages' })), 403],
    ['of nobody', async (own) => headerOf(own.headers({ scopes: ['admin'] })), 403],
    ['without scopes', async (own) => headerOf(own.headers({ subject: 'ada', clientId: 'c', scopes: [] })), 403],
    ['that has expired', async (own) => aMinuteAgo(async () => headerOf(own.headers(ADMIN))), 401],
    ['that is empty', async () => '', 401],
    ['that is no token', async () => 'admin', 401],
    ['with its end cut off', async (own) => (await headerOf(own.headers(ADMIN))).slice(0, -4), 401],
  ])('one %s', async (_, make, status) => {
    const headers = { [IDENTITY_HEADER]: await make(identities) };
    expect((await ask('GET', '/v1/manifests', headers)).status).toBe(status);
    expect((await ask('GET', '/v1/servers', headers)).status).toBe(status);
  });
});

/** What was done when an identity of then had expired by now: it lives for 60 s, and clocks may differ by 5. */
async function aMinuteAgo<Result>(work: () => Promise<Result>): Promise<Result> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 66_000 });
  return work().finally(() => vi.useRealTimers());
}

const headerOf = async (headers: Promise<Record<string, string>>): Promise<string> =>
  (await headers)[IDENTITY_HEADER] ?? '';
