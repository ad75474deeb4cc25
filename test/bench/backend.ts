// An MCP server that costs next to nothing, so that the bench measures what stands before it: HTTP/1.1 by hand on a socket,
// one tool, no session. It listens on $PORT of $HOST.
import { createServer } from 'node:net';
import { ANSWER } from './tool-call.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const TOOL = { name: 'echo', title: 'Echo', description: 'Answers with a text.', inputSchema: { type: 'object' } };

interface Message {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string };
}

createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(HEAD_END); end >= 0; end = pending.indexOf(HEAD_END)) {
      const head = pending.toString('latin1', 0, end);
      const start = end + HEAD_END.length;
      const bodyEnd = start + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (pending.length < bodyEnd) return;
      socket.write(
        head.startsWith('POST ') ? answer(pending.toString('utf8', start, bodyEnd)) : http('405 Method Not Allowed'),
      );
      pending = pending.subarray(bodyEnd);
    }
  });
}).listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');

function answer(body: string): string {
  const { id, method, params } = JSON.parse(body) as Message;
  if (id === undefined) return http('202 Accepted');
  if (method === 'tools/call') return http('200 OK', ANSWER);
  return http('200 OK', JSON.stringify({ jsonrpc: '2.0', id, ...reply(method, params?.protocolVersion) }));
}

/** What discovery asks for. */
function reply(method: string, protocolVersion: string | undefined): object {
  switch (method) {
    case 'initialize':
      return {
        result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'bench', version: '1.0.0' } },
      };
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return { result: { tools: [TOOL] } };
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
}

function http(status: string, body = ''): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
