import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
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

/** As a server elsewhere: https, and credentials of its own. */
const { TLS_FOLDER, REQUIRED_AUTHORIZATION } = process.env;

const answer = getRequestListener(async (request) => {
  if (REQUIRED_AUTHORIZATION !== undefined && request.headers.get('authorization') !== REQUIRED_AUTHORIZATION) {
    return new Response(null, { status: 401 });
  }
  return handler.fetch(request);
});
const listener = (request: IncomingMessage, response: ServerResponse): void => void answer(request, response);
const http = TLS_FOLDER === undefined ? createServer(listener) : createTlsServer(certificate(TLS_FOLDER), listener);
http.listen(Number(process.env['PORT']), process.env['HOST']);

// As the first process of its container it would not die of the signal, and keep its pod for 30 s.
process.once('SIGTERM', () => http.close());

function certificate(folder: string): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) };
}
