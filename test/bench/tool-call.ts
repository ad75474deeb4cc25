/** The request that is measured: a tools/call of 171 bytes, the size that reference measurements of gateways were made with. */
export const CALL = padded(171, (text) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
}));

/** What the backend answers to it: 414 bytes. */
export const ANSWER = padded(414, (text) => ({
  jsonrpc: '2.0',
  id: 1,
  result: { content: [{ type: 'text', text }], isError: false },
}));

export const CALL_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
};

/** JSON of exactly so many bytes. */
function padded(bytes: number, message: (text: string) => object): string {
  return JSON.stringify(message('x'.repeat(bytes - JSON.stringify(message('')).length)));
}
