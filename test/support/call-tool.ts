import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Calls one tool with the v2 SDK, which finds out the era by itself; answers the text of the result. */
export async function callTool(
  endpoint: string,
  name: string,
  args: Record<string, unknown> = {},
  token?: string,
): Promise<string> {
  const client = new Client({ name: 'mooring-test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } };
  await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), requestInit));
  try {
    const { content } = await client.callTool({ name, arguments: args });
    return content.map((part) => ('text' in part ? part.text : '')).join('');
  } finally {
    await client.close();
  }
}
