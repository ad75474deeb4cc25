import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKey } from '../core/keys.ts';
import { MooringConfig } from '../core/mooring-config.ts';
import { readableLog } from '../test/support/log-lines.ts';
import { testDatabase } from '../test/support/postgres.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { exchange, open } from './proxy/testing/exchange.ts';
import { listen, type Listening } from './proxy/testing/listening.ts';
import { mcpServer, memorySource } from './testing/memory-source.ts';

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'echo', version: '1.0.0' });
  server.registerTool('hello', {}, () => ({ content: [{ type: 'text', text: 'hello' }] }));
  return server;
});
const echo = getRequestListener((request) => handler.fetch(request));

let backend: Listening;
let stream: Listening;
let options: Parameters<typeof startGateway>[0];
let gateway: Gateway;

beforeAll(async () => {
  backend = await listen((incoming, outgoing) => void echo(incoming, outgoing));
  stream = await listen((_incoming, outgoing) => {
    outgoing.setHeader('content-type', 'text/event-stream').write(': open\n\n');
  });
  const port = await freePortPair();
  options = {
    source: memorySource(
      mcpServer('echo', { backend: backend.url, spec: { oauth: { scopes: ['user'] } } }),
      mcpServer('stream', { backend: stream.url, spec: { oauth: { required: false } } }),
    ),
    config: { current: MooringConfig.parse({}), onChange: () => () => undefined },
    publicUrl: `http://localhost:${port}`,
    keys: {
      tokens: [await newKey('ES256')],
      identity: [await newKey('ES256')],
      cookies: [await newKey('HS256')],
      seal: [await newKey('HS256')],
    },
    identityJwks: { keys: [] },
    databaseUrl: await testDatabase('gateway'),
    adminPassword: randomBytes(16).toString('hex'),
    onNewAdminPassword: async () => undefined,
    port,
    address: undefined,
    log: readableLog().log,
  };
  gateway = await startGateway(options);
});

afterAll(async () => {
  await gateway?.stop();
  await backend?.[Symbol.asyncDispose]();
  await stream?.[Symbol.asyncDispose]();
});

const url = (path: string): string => options.publicUrl + path;
const endpoint = (name: string): string => url(`/api/v1/mcp/${name}/mcp`);
const healthUrl = (path: string): string => `http://localhost:${options.port + 1}${path}`;

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

  test('answers probes and monitoring on the next port', async () => {
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

  test('logs that a given password replaced another one, and not the password', async () => {
    const port = await freePortPair();
    const { log, lines, text } = readableLog();
    const changed = { ...options, port, publicUrl: `http://localhost:${port}`, adminPassword: 'another password', log };
    await (await startGateway(changed)).stop();
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: 40, msg: expect.stringMatching(/^MOORING_ADMIN_PASSWORD replaced/) }),
    );
    expect(text()).not.toContain('another password');
  });

  test('stops at once though streams are open, and starts again', async () => {
    const answer = await open(endpoint('stream'), { method: 'GET' });
    const ended = new Promise((resolve) => answer.on('close', resolve).on('error', () => undefined));
    answer.resume();
    const startedAt = Date.now();
    await gateway.stop();
    await ended;
    expect(Date.now() - startedAt).toBeLessThan(2000);
    await expect(exchange(healthUrl('/healthz'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gateway = await startGateway(options);
    expect((await exchange(endpoint('echo'))).status).toBe(401);
  });
});

/** A port that is free with the next one. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const { port } = first.address() as AddressInfo;
    const second = createServer().listen(port + 1, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      second.once('listening', () => resolve(true)).once('error', () => resolve(false));
    });
    await new Promise((resolve) => first.close(resolve));
    if (isFree) await new Promise((resolve) => second.close(resolve));
    if (isFree) return port;
  }
}
