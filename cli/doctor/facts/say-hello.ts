import { knock, type Knock } from './knock.ts';

const VERSION = '2026-07-28';

/** What every client of revision 2026-07-28 asks first. It changes nothing: what is refused, the gateway refuses before the server hears of it. */
const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientInfo': { name: 'mooring-doctor', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
} as const;

/** Asks an MCP endpoint what it is, with a token or without. Throws nothing. */
export const sayHello = async (url: string, signal: AbortSignal, token?: string): Promise<Knock> =>
  knock(url, { signal, token, body: HELLO, headers: { 'mcp-protocol-version': VERSION, 'mcp-method': HELLO.method } });
