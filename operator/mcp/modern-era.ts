import { ACCEPT, CLIENT_INFO, type Conversation, type Hello } from './conversation.ts';
import type { Endpoint } from './endpoint.ts';
import { isObject, postMessage, type JsonObject, type Reply } from './post-message.ts';
import { ProbeFailure } from './probe-failure.ts';

const VERSION = '2026-07-28';
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';

/** Every request says by itself who asks and in which version: nothing is remembered between two. */
const metaOf = ({ clientInfo = CLIENT_INFO }: Endpoint) => ({
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': clientInfo,
  'io.modelcontextprotocol/clientCapabilities': {},
});

/** Talks as of 2026-07-28; answers the server's reply where it does not. Throws ProbeFailure. */
export async function openModern(endpoint: Endpoint, signal: AbortSignal): Promise<Conversation | Reply> {
  let id = 0;
  const ask = async (method: string, params: JsonObject, within: AbortSignal): Promise<Reply> =>
    postMessage(endpoint, {
      method: 'POST',
      headers: {
        accept: ACCEPT,
        'content-type': 'application/json',
        'mcp-protocol-version': VERSION,
        'mcp-method': method,
        ...(typeof params['name'] === 'string' && { 'mcp-name': headerText(params['name']) }),
      },
      body: { jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta: metaOf(endpoint) } },
      signal: within,
    });

  const reply = await ask('server/discover', {}, signal);
  const hello = reply.kind === 'result' ? toHello(reply.result) : undefined;
  if (!hello) return reply;
  return {
    hello,
    ask,
    // This era has no `ping`.
    async ping(within) {
      const { kind } = await ask('server/discover', {}, within);
      if (kind !== 'result') throw new ProbeFailure('no-answer', 'server/discover is not answered any more');
    },
    close: async () => {},
  };
}

/** SEP-2243: what a header cannot carry as it is goes as Base64. */
const headerText = (text: string): string =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?')
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`;

function toHello({ supportedVersions, capabilities, instructions, _meta }: JsonObject): Hello | undefined {
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(VERSION)) return undefined;
  const serverInfo = isObject(_meta) ? _meta[SERVER_INFO] : undefined;
  return {
    era: 'modern',
    serverInfo: isObject(serverInfo) ? serverInfo : {},
    capabilities: isObject(capabilities) ? capabilities : {},
    ...(typeof instructions === 'string' && { instructions }),
    protocolVersions: supportedVersions.filter((version) => typeof version === 'string'),
  };
}
