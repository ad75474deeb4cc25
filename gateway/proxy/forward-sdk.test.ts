import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../auth/caller.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { exchange } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const INFO = { name: 'test', version: '1.0.0' };
const callerNamed = (subject: string): Caller => ({ subject, scopes: new Set(), expiresAt: Infinity });
const said = (text: string) => ({ content: [{ type: 'text', text }] });

describe('sessions of the v1 SDK', () => {
  /** A server that keeps a session for each client, as the SDK's examples do. */
  async function start() {
    const sessions = new Map<string, { transport: StreamableHTTPServerTransport; server: LegacyServer }>();
    let streams = 0;
    const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      if (incoming.method === 'GET') streams++;
      const id = incoming.headers['mcp-session-id'];
      const known = sessions.get(String(id));
      if (known) return known.transport.handleRequest(incoming, outgoing);
      if (id !== undefined) return void outgoing.writeHead(404).end();
      const server = new LegacyServer(INFO);
      server.registerTool('whoami', {}, (extra) => ({ content: [{ type: 'text', text: extra.sessionId ?? '' }] }));
      const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (session) => void sessions.set(session, { transport, server }),
        onsessionclosed: (session) => void sessions.delete(session),
      });
      await server.connect(transport);
      return transport.handleRequest(incoming, outgoing);
    };
    const backend = await listen(handle);
    const proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }), caller: callerNamed('alice') });
    const connect = async () => {
      const transport = new LegacyClientTransport(new URL(proxy.url));
      const client = new LegacyClient(INFO);
      await client.connect(transport);
      // After connect, the client opens its stream for notifications.
      await expect.poll(() => streams).toBe(1);
      return { client, transport, id: transport.sessionId ?? '' };
    };
    return {
      proxy,
      sessions,
      connect,
      [Symbol.asyncDispose]: async () => {
        await proxy[Symbol.asyncDispose]();
        await backend[Symbol.asyncDispose]();
      },
    };
  }

  test('work under an id of the gateway, in both directions, until they are deleted', async () => {
    await using rig = await start();
    const { client, transport, id } = await rig.connect();
    const [backendId = ''] = rig.sessions.keys();
    expect(id).not.toContain(backendId);
    expect(await client.callTool({ name: 'whoami' })).toMatchObject(said(backendId));

    const told = Promise.withResolvers<void>();
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => told.resolve());
    rig.sessions.get(backendId)?.server.sendToolListChanged();
    await told.promise;

    await transport.terminateSession();
    expect(rig.sessions.size).toBe(0);
    await client.close();
  });

  test.each<[string, (id: string) => { caller?: Caller; id?: string; uid?: string }]>([
    ['of another subject', () => ({ caller: callerNamed('bob') })],
    ['of an anonymous caller', () => ({ caller: ANONYMOUS })],
    ['at another server', () => ({ uid: 'other' })],
    ['that was altered', (id) => ({ id: id.slice(0, -2) + (id.endsWith('AA') ? 'BB' : 'AA') })],
    [
      'that the backend itself gave out',
      (id) => ({
        id: Buffer.from(id.split('.')[1] ?? '', 'base64url')
          .toString()
          .trim(),
      }),
    ],
    ['that was made up', () => ({ id: 'x' })],
    ['that is empty', () => ({ id: '' })],
  ])('answer 404 to a request %s, without asking the backend', async (_, change) => {
    await using rig = await start();
    const { client, id } = await rig.connect();
    const { caller, id: other = id, uid } = change(id);
    const own = { caller: rig.proxy.caller, server: rig.proxy.server };
    if (caller) rig.proxy.caller = caller;
    if (uid) rig.proxy.server = { ...own.server, metadata: { ...own.server.metadata, uid } };
    const before = rig.proxy.exchanges.length;
    const headers = { 'mcp-session-id': other, accept: 'application/json, text/event-stream' };
    const body = '{"jsonrpc":"2.0","id":42,"method":"tools/list"}';
    const answer = await exchange(rig.proxy.url, { headers, body });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ jsonrpc: '2.0', id: 42, error: { code: -32001 } });
    expect(await exchange(rig.proxy.url, { method: 'DELETE', headers })).toMatchObject({ status: 404 });
    expect(rig.proxy.exchanges.slice(before)).toMatchObject([{ code: 'session_unknown' }, { code: 'session_unknown' }]);
    Object.assign(rig.proxy, own);
    expect(rig.sessions.size).toBe(1);
    expect(await client.listTools()).toMatchObject({ tools: [{ name: 'whoami' }] });
    await client.close();
  });

  test('that the backend forgot answer 404, so that clients start anew', async () => {
    await using rig = await start();
    const { id } = await rig.connect();
    rig.sessions.clear();
    const headers = { 'mcp-session-id': id };
    expect(await exchange(rig.proxy.url, { headers })).toMatchObject({ status: 404 });
  });
});

describe('the v2 SDK', () => {
  async function start() {
    const handler = createMcpHandler(() => {
      const server = new McpServer(INFO);
      server.registerTool('hello', { description: 'Says hello' }, () => ({
        content: [{ type: 'text', text: 'hello' }],
      }));
      return server;
    });
    const listener = getRequestListener(async (request) => handler.fetch(request), { overrideGlobalObjects: false });
    const backend = await listen(listener);
    const proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }) });
    return {
      url: proxy.url,
      [Symbol.asyncDispose]: async () => {
        await proxy[Symbol.asyncDispose]();
        await backend[Symbol.asyncDispose]();
      },
    };
  }

  test.each([
    ['negotiates', { versionNegotiation: { mode: 'auto' as const } }, '2026-07-28'],
    ['speaks the legacy era', {}, '2025-11-25'],
  ])('%s through the proxy', async (_, options, version) => {
    await using rig = await start();
    const client = new Client(INFO, options);
    await client.connect(new StreamableHTTPClientTransport(new URL(rig.url)));
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(await client.listTools()).toMatchObject({ tools: [{ name: 'hello' }] });
    expect(await client.callTool({ name: 'hello' })).toMatchObject(said('hello'));
    await client.close();
  });

  test('gets the same answer to headers that contradict the body as from the server itself', async () => {
    await using rig = await start();
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 5,
      method: 'tools/call',
      params: {
        name: 'hello',
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    });
    const headers = { 'mcp-protocol-version': '2026-07-28', accept: 'application/json, text/event-stream' };
    for (const wrong of [{ 'mcp-method': 'tools/list' }, { 'mcp-method': 'tools/call', 'mcp-name': 'other' }]) {
      const answer = await exchange(rig.url, { body, headers: { ...headers, ...wrong } });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ id: 5, error: { code: -32020, data: { mismatch: {} } } });
    }
  });
});
