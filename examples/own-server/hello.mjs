#!/usr/bin/env node
// A whole MCP server: the official SDK, one tool, and the port that Mooring names.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'hello', version: '1.0.0' });
  server.registerTool(
    'greet',
    { title: 'Greet', description: 'Greets somebody.', inputSchema: z.object({ name: z.string().max(100) }) },
    ({ name }) => ({ content: [{ type: 'text', text: `Hello, ${name}.` }] }),
  );
  return server;
});

createServer(getRequestListener((request) => handler.fetch(request))).listen(process.env.PORT, process.env.HOST);
