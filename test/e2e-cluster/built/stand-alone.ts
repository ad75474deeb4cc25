#!/usr/bin/env node
// An MCP server in one file that needs nothing but Node, as `mooring build` puts a single program into an image.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

interface Message {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: { readonly arguments?: { readonly text?: string } };
}

const resultOf = ({ method, params }: Message): object | undefined => {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'stand-alone', version: '1.0.0' },
      };
    case 'ping':
      return {};
    case 'tools/list': {
      const inputSchema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
      return { tools: [{ name: 'echo', description: 'Answers its text, and who answers.', inputSchema }] };
    }
    case 'tools/call': {
      const text = `user ${process.getuid?.()} says ${params?.arguments?.text}`;
      return { content: [{ type: 'text', text }] };
    }
    default:
      return undefined;
  }
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const message = (await json(request)) as Message;
  if (message.id === undefined) {
    response.writeHead(202).end();
    return;
  }
  const result = resultOf(message);
  const said = result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...said }));
}

const http = createServer((request, response) => void answer(request, response));
http.listen(Number(process.env['PORT']), process.env['HOST']);
// As the first process of its container it would not die of the signal, and keep its pod for 30 s.
process.once('SIGTERM', () => http.close());
