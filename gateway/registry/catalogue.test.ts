import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../proxy/testing/exchange.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { startApp, type RunningApp } from '../testing/start-app.ts';
import type { CatalogueEntry } from './catalogue.ts';

const PATH = '/api/v1/mcp/registry';
let app: RunningApp;

beforeAll(async () => {
  const shown = { displayInWeb: true };
  app = await startApp({
    servers: [
      mcpServer('shown', {
        backend: 'http://127.0.0.1:1/mcp',
        tools: ['read', 'wipe'],
        spec: { ...shown, title: 'Shown', description: 'For everybody.', oauth: { scopes: ['user'] } },
      }),
      mcpServer('shown-starting', { spec: shown }),
      mcpServer('hidden', {
        backend: 'http://127.0.0.1:1/mcp',
        tools: ['x'],
        spec: { oauth: { scopes: ['skills:read'] } },
      }),
      mcpServer('bound', {
        backend: 'http://127.0.0.1:1/mcp',
        tools: ['x'],
        spec: { oauth: { clientId: 'the-client' } },
      }),
      mcpServer('starting', { spec: { oauth: { scopes: ['skills:read'] } }, message: 'The program is not there.' }),
      mcpServer('off', { spec: { ...shown, enabled: false } }),
      mcpServer('shown', {
        namespace: 'younger',
        accepted: false,
        creationTimestamp: '2026-02-02T00:00:00Z',
        spec: shown,
      }),
    ],
  });
});

afterAll(async () => app[Symbol.asyncDispose]());

async function list(scope?: string, claims = {}): Promise<readonly CatalogueEntry[]> {
  const headers = scope === undefined ? {} : { authorization: `Bearer ${await app.token(PATH, { scope, ...claims })}` };
  const answer = await exchange(app.url + PATH, { method: 'GET', headers });
  expect(answer.status).toBe(200);
  return (JSON.parse(answer.body) as { servers: CatalogueEntry[] }).servers;
}

const names = (entries: readonly CatalogueEntry[]): string[] => entries.map(({ name }) => name);
const toolsOf = (entries: readonly CatalogueEntry[], server: string): unknown =>
  entries.find(({ name }) => name === server)?.tools?.map(({ name }) => name);

describe('the registry', () => {
  test('shows visitors the servers with displayInWeb that have an endpoint, and no tools', async () => {
    expect(await list()).toEqual([
      {
        name: 'shown',
        title: 'Shown',
        description: 'For everybody.',
        endpoint: `${app.url}/api/v1/mcp/shown/mcp`,
        transport: 'streamable-http',
        oauth: { required: true, scopes: ['user'] },
        ready: true,
      },
      {
        name: 'shown-starting',
        title: 'shown-starting',
        endpoint: `${app.url}/api/v1/mcp/shown-starting/mcp`,
        transport: 'streamable-http',
        oauth: { required: true, scopes: [] },
        ready: false,
        reason: 'NotYet',
      },
    ]);
  });

  test('shows all that are enabled to a token; the endpoint of a name belongs to who has it', async () => {
    const entries = await list('');
    expect(names(entries)).toEqual(['bound', 'hidden', 'shown', 'shown', 'shown-starting', 'starting']);
    const [owner, other] = entries.filter(({ name }) => name === 'shown');
    expect(owner?.endpoint).toBeDefined();
    expect(other).toMatchObject({ ready: false, reason: 'NotYet' });
    expect(other).not.toHaveProperty('endpoint');
  });

  test('says to a token where a server is from, and why it is not ready only where the scopes suffice', async () => {
    const find = async (scope: string, server: string): Promise<CatalogueEntry | undefined> =>
      (await list(scope)).find(({ name }) => name === server);
    expect(await find('', 'hidden')).toMatchObject({
      namespace: 'default',
      createdAt: '2026-01-01T00:00:00Z',
      since: '2026-01-01T00:00:00Z',
    });
    expect(await find('user', 'starting')).toMatchObject({ ready: false, reason: 'NotYet' });
    expect(await find('user', 'starting')).not.toHaveProperty('message');
    expect(await find('skills:read', 'starting')).toMatchObject({ message: 'The program is not there.' });
    expect(await find('user', 'shown')).toMatchObject({ toolCount: 2 });
    expect(await find('', 'shown')).not.toHaveProperty('toolCount');
    expect(await find('user', 'shown')).not.toHaveProperty('message');
  });

  test('shows tools where the scopes and the client would suffice', async () => {
    const user = await list('user');
    expect(toolsOf(user, 'shown')).toEqual(['read', 'wipe']);
    expect(toolsOf(user, 'hidden')).toBeUndefined();
    expect(toolsOf(user, 'bound')).toBeUndefined();
    const admin = await list('admin', { client_id: 'the-client' });
    expect(toolsOf(admin, 'hidden')).toEqual(['x']);
    expect(toolsOf(admin, 'bound')).toEqual(['x']);
  });

  test('refuses a token of a server, and others that are not good', async () => {
    const ofServer = await app.token('/api/v1/mcp/shown/mcp', { scope: 'admin' });
    for (const token of [ofServer, 'abc']) {
      const { status, headers } = await exchange(app.url + PATH, {
        method: 'GET',
        headers: { authorization: `Bearer ${token}` },
      });
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toContain(
        `resource_metadata="${app.url}/.well-known/oauth-protected-resource${PATH}"`,
      );
      expect(headers['www-authenticate']).toContain('error="invalid_token"');
      expect(headers['access-control-allow-origin']).toBe('*');
    }
  });

  test('is for reading', async () => {
    expect((await exchange(app.url + PATH, { method: 'POST' })).status).toBe(404);
    const head = await exchange(app.url + PATH, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });
});
