// A legacy MCP server that is wrong in many ways and works all the same: its tools are such that clients refuse them, one list fails and
// one has no end. `CROOKED=empty`: it says that it has nothing at all.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

const EMPTY = process.env['CROOKED'] === 'empty';
const inputSchema = { type: 'object' };

const RESULTS: Readonly<Record<string, unknown>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: EMPTY ? {} : { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'crooked', version: '1' },
  },
  ping: {},
  'tools/list': {
    tools: [
      { name: 'fine', description: 'Fine.', inputSchema },
      { name: 'bad name\u001B[31m', description: 'x', inputSchema },
      { name: 'twice', description: 'x', inputSchema },
      { name: 'twice', inputSchema },
      { name: 'typed', description: 'x', inputSchema: { type: 'string' } },
      { name: 'shaped', description: 'x', inputSchema, outputSchema: { type: 'object', required: 'all' } },
    ],
  },
  'prompts/list': { prompts: [], nextCursor: 'again' },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const { id, method } = (await json(request)) as { id?: number; method: string };
  if (id === undefined) {
    response.writeHead(202).end();
    return;
  }
  const result = RESULTS[method];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32603, message: 'broken' } }) }),
  );
}

createServer((request, response) => void answer(request, response)).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
