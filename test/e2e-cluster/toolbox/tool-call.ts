export type Era = '2025-11-25' | '2026-07-28';

/** A stateless tools/call as the clients of that era send it: `echo` of the mark, or `slow` where it is to last. */
export function toolCall(
  era: Era,
  mark: string,
  seconds?: number,
): { headers: Readonly<Record<string, string>>; body: string } {
  const name = seconds === undefined ? 'echo' : 'slow';
  const input = seconds === undefined ? { text: mark } : { seconds };
  const meta = {
    'io.modelcontextprotocol/protocolVersion': era,
    'io.modelcontextprotocol/clientInfo': { name: 'traffic', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const isModern = era === '2026-07-28';
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': era,
      ...(isModern && { 'mcp-method': 'tools/call', 'mcp-name': name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: input, ...(isModern && { _meta: meta }) },
    }),
  };
}
