// The sample tools on the SDK v2, in the era of 2026-07-28 alone: what a server asks the person comes as part of a result.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { FORM, heard, PAGE, SAMPLE_TOOLS, untilCancelled } from '../sample-tools.ts';

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });

const handler = createMcpHandler(
  () => {
    const server = new McpServer({ name: 'sample-modern', version: '1.0.0' });
    for (const [name, { answer, ...config }] of Object.entries(SAMPLE_TOOLS)) {
      server.registerTool(name, config, (args) => answer(args));
    }
    server.registerTool(
      'slow',
      { description: 'Never ends by itself.', inputSchema: z.object({ secret: z.string().optional() }) },
      async ({ secret }, { mcpReq }) => {
        heard(`slow begins with ${secret ?? 'nothing'}`);
        const progressToken = mcpReq._meta?.progressToken;
        if (progressToken !== undefined) {
          const params = { progressToken, progress: 1, total: 2, message: 'half\u001B[31m way' };
          await mcpReq.notify({ method: 'notifications/progress', params });
        }
        await untilCancelled(mcpReq.signal);
        heard('slow cancelled');
        return { content: [] };
      },
    );
    server.registerTool('form', { description: 'Asks the person.', inputSchema: z.object({}) }, (_, { mcpReq }) => {
      const answers = mcpReq.inputResponses;
      // The state says that it is the answer to this question, whatever it is.
      if (answers) return text({ ...(answers['person'] as object), state: mcpReq.requestState() });
      return inputRequired({ inputRequests: { person: inputRequired.elicit(FORM) }, requestState: 'asked' });
    });
    server.registerTool(
      'page',
      { description: 'Sends the person to a page.', inputSchema: z.object({}) },
      (_, { mcpReq }) => {
        if (mcpReq.inputResponses) return text(mcpReq.inputResponses['page']);
        return inputRequired({ inputRequests: { page: inputRequired.elicitUrl(PAGE) } });
      },
    );
    return server;
  },
  { legacy: 'reject' },
);

const listener = getRequestListener(async (request) => handler.fetch(request));
createServer((request, response) => void listener(request, response)).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
