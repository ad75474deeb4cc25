import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { echo, echoInput, slow, slowInput, VERSION } from './tools.ts';

const text = (answer: string) => ({ content: [{ type: 'text' as const, text: answer }] });

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'plain', version: VERSION });
  server.registerTool('echo', { description: 'Answers who answers, and the text.', inputSchema: echoInput }, (input) =>
    text(echo(input)),
  );
  server.registerTool(
    'slow',
    { description: 'Answers after some seconds.', inputSchema: slowInput },
    async (input, { mcpReq: { _meta: meta, notify } }) => {
      const progressToken = meta?.progressToken;
      return text(
        await slow(input, async (progress, total) => {
          if (progressToken === undefined) return;
          await notify({ method: 'notifications/progress', params: { progressToken, progress, total } });
        }),
      );
    },
  );
  return server;
});

const answer = getRequestListener(async (request) => handler.fetch(request));
const http = createServer((request, response) => void answer(request, response));
http.listen(Number(process.env['PORT']), process.env['HOST']);

// As the first process of its container it would not die of the signal, and keep its pod for 30 s.
process.once('SIGTERM', () => http.close());
