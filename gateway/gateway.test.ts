import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as streamText } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IDENTITY_HEADER } from '../core/identity-token.ts';
import { newKey } from '../core/keys.ts';
import { MooringConfig } from '../core/mooring-config.ts';
import { provisionRole } from '../core/postgres-role.ts';
import { readableLog } from '../test/support/log-lines.ts';
import { testAdminUrl, testDatabase } from '../test/support/postgres.ts';
import { JWT_TYPE, TOKEN_EXCHANGE } from './authorization-server/exchange-names.ts';
import { openGatewayDatabase, type GatewayDatabase } from './gateway-database.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { openHealth, type Health } from './health.ts';
import { exchange, open } from './proxy/testing/exchange.ts';
import { NO_REMOTE } from './proxy/testing/no-remote.ts';
import { listen, type Listening } from './proxy/testing/listening.ts';
import { mcpServer, memorySource } from './testing/memory-source.ts';

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'echo', version: '1.0.0' });
  server.registerTool('hello', {}, () => ({ content: [{ type: 'text', text: 'hello' }] }));
  return server;
});
const echo = getRequestListener((request) => handler.fetch(request));

const ACCOUNT = { password: randomBytes(16).toString('hex'), onNewPassword: async () => undefined };

/** Identities of callers, as the backend of `echo` was told them last. */
let told: string | undefined;
let backend: Listening;
let stream: Listening;
let options: Parameters<typeof startGateway>[0];
let databaseUrl: string;
let database: GatewayDatabase;
let health: Health;
let gateway: Gateway;

beforeAll(async () => {
  backend = await listen((incoming, outgoing) => {
    told = String(incoming.headers[IDENTITY_HEADER]);
    void echo(incoming, outgoing);
  });
  stream = await listen((_incoming, outgoing) => {
    outgoing.setHeader('content-type', 'text/event-stream').write(': open\n\n');
  });
  const port = await freePort();
  const { log } = readableLog();
  databaseUrl = await testDatabase('gateway');
  database = openGatewayDatabase({ ...ACCOUNT, url: databaseUrl, log });
  await database.prepare();
  health = await openHealth({ port: 0, log });
  options = {
    source: memorySource(
      mcpServer('echo', { backend: backend.url, spec: { oauth: { scopes: ['user'] } } }),
      mcpServer('other', { backend: backend.url, spec: { oauth: { scopes: ['user'] } } }),
      mcpServer('stream', { backend: stream.url, spec: { oauth: { required: false } } }),
    ),
    config: { current: MooringConfig.parse({}), onChange: () => () => undefined },
    publicUrl: `http://localhost:${port}`,
    remote: NO_REMOTE,
    keys: {
      tokens: [await newKey('ES256')],
      identity: [await newKey('ES256')],
      cookies: [await newKey('HS256')],
      seal: [await newKey('HS256')],
    },
    identityJwks: () => ({ keys: [] }),
    exchangeFor: 'default/echo',
    database,
    health,
    port,
    address: undefined,
    log,
  };
  gateway = await startGateway(options);
});

afterAll(async () => {
  await gateway?.stop();
  await health?.close();
  await database?.close();
  await backend?.[Symbol.asyncDispose]();
  await stream?.[Symbol.asyncDispose]();
});

const url = (path: string): string => options.publicUrl + path;
const endpoint = (name: string): string => url(`/api/v1/mcp/${name}/mcp`);
const healthUrl = (path: string): string => `http://localhost:${health.port}${path}`;

describe('the gateway', () => {
  test('verifies the tokens that its authorization server issues', async () => {
    const resource = gateway.resources.find(endpoint('echo'));
    const request = { scopes: ['user'], subject: 'admin', clientId: 'test', lifetime: 60 };
    const token = resource && (await gateway.issueToken({ ...request, resource }));
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const transport = new StreamableHTTPClientTransport(new URL(endpoint('echo')), { requestInit });
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(transport);
    expect(await client.callTool({ name: 'hello' })).toMatchObject({ content: [{ type: 'text', text: 'hello' }] });
    await client.close();
  });

  test('lets one server call another for its caller, and nobody from there', async () => {
    const accept = 'application/json, text/event-stream';
    const callWith = async (name: string, token: string | undefined) =>
      exchange(endpoint(name), { headers: { authorization: `Bearer ${token}`, accept } });
    const exchanged = async (identity: string | undefined, name: string) => {
      const answer = await fetch(url('/oauth/token'), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: TOKEN_EXCHANGE,
          client_id: 'mooring-cli',
          subject_token: identity ?? '',
          subject_token_type: JWT_TYPE,
          resource: endpoint(name),
        }),
      });
      return (await answer.json()) as { access_token?: string; error?: string };
    };
    const resource = gateway.resources.find(endpoint('echo'));
    const request = { scopes: ['user'], subject: 'admin', clientId: 'test', lifetime: 60 };
    expect((await callWith('echo', resource && (await gateway.issueToken({ ...request, resource })))).status).toBe(200);
    const { access_token: token } = await exchanged(told, 'other');
    expect((await callWith('echo', token)).status).toBe(401);
    expect((await callWith('other', token)).status).toBe(200);
    expect(await exchanged(told, 'other')).toMatchObject({ error: 'invalid_request' });
  });

  test('leads from a refusal to its authorization server', async () => {
    const { headers } = await exchange(endpoint('echo'));
    const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(headers['www-authenticate'] ?? '') ?? [];
    const metadata = JSON.parse((await exchange(metadataUrl, { method: 'GET' })).body) as {
      authorization_servers: string[];
    };
    expect(metadata.authorization_servers).toEqual([options.publicUrl]);
    const issuer = await exchange(url('/.well-known/oauth-authorization-server'), { method: 'GET' });
    expect(JSON.parse(issuer.body)).toMatchObject({ issuer: options.publicUrl, scopes_supported: ['user'] });
    expect((await exchange(url('/.well-known/oauth-authorization-server'), { method: 'HEAD' })).status).toBe(200);
  });

  test('answers probes and monitoring on another port', async () => {
    expect((await exchange(healthUrl('/healthz'), { method: 'GET' })).status).toBe(200);
    expect((await exchange(healthUrl('/readyz'), { method: 'GET' })).status).toBe(200);
    const metrics = await exchange(healthUrl('/metrics'), { method: 'GET' });
    expect(metrics.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(metrics.body).toContain(
      'mooring_gateway_requests_total{server="default/stream",method="tools/call",status="200"} 0',
    );
  });

  test('says which port is taken, and disturbs nothing', async () => {
    await expect(startGateway(options)).rejects.toMatchObject({ code: 'port_in_use' });
    expect((await exchange(healthUrl('/readyz'), { method: 'GET' })).status).toBe(200);
  });

  test('answers 503 while its tables are away, goes on with tokens, and makes the tables anew', async () => {
    const register = () =>
      exchange(url('/oauth/register'), {
        body: '{"redirect_uris":["http://127.0.0.1/"],"token_endpoint_auth_method":"none"}',
      });
    expect((await register()).status).toBe(201);
    const resource = gateway.resources.find(endpoint('echo'));
    const request = { scopes: ['user'], subject: 'admin', clientId: 'test', lifetime: 60 };
    const authorization = `Bearer ${resource && (await gateway.issueToken({ ...request, resource }))}`;
    // An empty database in the place of the old one: what a volume without persistence leaves.
    const { username, password } = new URL(databaseUrl);
    await sql`drop schema ${sql.id(username)} cascade`.execute(database.tables);
    await provisionRole(await testAdminUrl(), username, password);
    const refused = await register();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(JSON.parse(refused.body)).toMatchObject({ error: 'temporarily_unavailable' });
    const accept = 'application/json, text/event-stream';
    expect((await exchange(endpoint('echo'), { headers: { authorization, accept } })).status).toBe(200);
    expect((await exchange(healthUrl('/readyz'), { method: 'GET' })).status).toBe(200);
    await expect.poll(async () => (await register()).status).toBe(201);
  });

  test('that drains is not ready, serves what still comes, ends streams whole and then stops', async () => {
    const answer = await open(endpoint('stream'), { method: 'GET' });
    const drained = gateway.drain({ quietMs: 300, mostMs: 5000 });
    expect(await streamText(answer)).toBe(': open\n\n');
    expect(await exchange(healthUrl('/readyz'), { method: 'GET' })).toMatchObject({
      status: 503,
      body: 'not ready: stopping\n',
    });
    const late = await exchange(endpoint('echo'));
    expect([late.status, late.headers.connection]).toEqual([401, 'close']);
    await drained;
    await gateway.stop();
    await expect(exchange(endpoint('echo'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await exchange(healthUrl('/healthz'), { method: 'GET' })).status).toBe(200);
    gateway = await startGateway(options);
  });

  test('stops at once though streams are open, and starts again', async () => {
    const answer = await open(endpoint('stream'), { method: 'GET' });
    const ended = new Promise((resolve) => answer.on('close', resolve).on('error', () => undefined));
    answer.resume();
    const startedAt = Date.now();
    await gateway.stop();
    await ended;
    expect(Date.now() - startedAt).toBeLessThan(4500);
    await expect(exchange(endpoint('echo'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gateway = await startGateway(options);
    expect((await exchange(endpoint('echo'))).status).toBe(401);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
