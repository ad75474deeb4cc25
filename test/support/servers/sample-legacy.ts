// The sample tools on the SDK v1, with sessions, as most of the world runs it: a server asks the person by requests on a stream.
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { FORM, heard, PAGE, SAMPLE_TOOLS, untilCancelled } from '../sample-tools.ts';

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });

function sampleServer(): McpServer {
  const server = new McpServer({ name: 'sample-legacy', version: '1.0.0' });
  for (const [name, { answer, ...config }] of Object.entries(SAMPLE_TOOLS)) {
    server.registerTool(name, config, (args: Record<string, unknown>) => answer(args));
  }
  server.registerTool(
    'slow',
    { description: 'Never ends by itself.', inputSchema: { secret: z.string().optional() } },
    async ({ secret }, context) => {
      heard(`slow begins with ${secret ?? 'nothing'}`);
      const progressToken = context._meta?.progressToken;
      if (progressToken !== undefined) {
        const params = { progressToken, progress: 1, total: 2, message: 'half\u001B[31m way' };
        await context.sendNotification({ method: 'notifications/progress', params });
      }
      await untilCancelled(context.signal);
      heard('slow cancelled');
      return { content: [] };
    },
  );
  server.registerTool('form', { description: 'Asks the person.', inputSchema: {} }, async () =>
    text(await server.server.elicitInput(FORM)),
  );
  server.registerTool('page', { description: 'Sends the person to a page.', inputSchema: {} }, async () =>
    text(await server.server.elicitInput({ mode: 'url', elicitationId: 'one', ...PAGE })),
  );
  return server;
}

const sessions = new Map<string, StreamableHTTPServerTransport>();

async function open(): Promise<StreamableHTTPServerTransport> {
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => {
      heard('session ended');
      sessions.delete(id);
    },
  });
  await sampleServer().connect(transport);
  return transport;
}

const answer = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
  const id = request.headers['mcp-session-id'];
  const known = typeof id === 'string' ? sessions.get(id) : undefined;
  if (id !== undefined && !known) response.writeHead(404).end();
  else await (known ?? (await open())).handleRequest(request, response);
};

createServer((request, response) => void answer(request, response)).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
