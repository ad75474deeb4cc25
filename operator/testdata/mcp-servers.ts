import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** A server on the SDK v2: both eras, or the modern one alone. */
export function sdkV2(legacy: 'stateless' | 'reject' = 'stateless', description = 'first by name'): RequestListener {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer(
        { name: 'both', version: '2.0.0', title: 'Both eras' },
        { instructions: 'Ask me.', capabilities: { tools: {}, resources: {}, prompts: {} } },
      );
      server.registerTool('zeta', { title: 'Z', inputSchema: z.object({ a: z.string() }) }, () => ({ content: [] }));
      server.registerTool('alpha', { description }, () => ({ content: [] }));
      server.registerResource('r', 'test://r', {}, () => ({ contents: [] }));
      server.registerPrompt('p', {}, () => ({ messages: [] }));
      return server;
    },
    { legacy },
  );
  const answer = getRequestListener(async (request) => handler.fetch(request));
  return (request, response) => void answer(request, response);
}

/** A server on the SDK v1 that keeps sessions, as most of the world runs it. */
export function sdkV1(sessions = new Map<string, StreamableHTTPServerTransport>()): RequestListener {
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const server = new LegacyServer({ name: 'old', version: '1.0.0' }, { instructions: 'Legacy.' });
    server.registerTool('one', { description: 'The only one.' }, () => ({ content: [] }));
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await server.connect(transport);
    return transport;
  };
  const answer = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (id !== undefined && !known) response.writeHead(404).end();
    else await (known ?? (await open())).handleRequest(request, response);
  };
  return (request, response) => void answer(request, response);
}
