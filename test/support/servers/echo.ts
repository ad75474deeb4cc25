// A small MCP server on the official SDK, both eras: `echo` answers its text, `headers` what the gateway sent.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const version = process.env['ECHO_VERSION'] ?? '1.0.0';

const handler = createMcpHandler(({ requestInfo }) => {
  const server = new McpServer({ name: 'echo', version });
  server.registerTool(
    'echo',
    { description: 'Answers its text.', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => ({
      content: [{ type: 'text', text: `${version}: ${text}` }],
    }),
  );
  server.registerTool(
    'headers',
    { description: 'Answers the headers of the request.', inputSchema: z.object({}) },
    () => ({
      content: [{ type: 'text', text: JSON.stringify(Object.fromEntries(requestInfo?.headers ?? [])) }],
    }),
  );
  return server;
});

const listener = getRequestListener(async (request) => handler.fetch(request));
createServer((request, response) => void listener(request, response)).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
