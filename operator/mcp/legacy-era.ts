import { ACCEPT, CLIENT_INFO, type Conversation, type Hello } from './conversation.ts';
import type { Endpoint } from './endpoint.ts';
import { isObject, postMessage, type JsonObject, type Reply } from './post-message.ts';
import { ProbeFailure } from './probe-failure.ts';

/** The newest of the legacy era; the server answers with the one that it speaks. */
const VERSION = '2025-11-25';

/** A session that is given up is not worth more milliseconds than this. */
const CLOSE_MS = 1000;

/** Talks as of 2025-03-26 to 2025-11-25, with a session where the server wants one; answers the server's reply where it does not. Throws ProbeFailure. */
export async function openLegacy(endpoint: Endpoint, signal: AbortSignal): Promise<Conversation | Reply> {
  let id = 0;
  let headers: Readonly<Record<string, string>> = { accept: ACCEPT, 'content-type': 'application/json' };
  const post = async (message: JsonObject, within: AbortSignal): Promise<Reply> =>
    postMessage(endpoint, {
      method: 'POST',
      headers,
      body: { jsonrpc: '2.0', ...message },
      signal: within,
    });
  const ask = async (method: string, params: JsonObject, within: AbortSignal) =>
    post({ id: ++id, method, params }, within);

  const introduction = { protocolVersion: VERSION, capabilities: {}, clientInfo: endpoint.clientInfo ?? CLIENT_INFO };
  const reply = await ask('initialize', introduction, signal);
  const hello = reply.kind === 'result' ? toHello(reply.result) : undefined;
  if (reply.kind !== 'result' || !hello) return reply;
  const session = reply.headers['mcp-session-id'];
  headers = {
    ...headers,
    'mcp-protocol-version': hello.protocolVersions[0] ?? VERSION,
    ...(typeof session === 'string' && { 'mcp-session-id': session }),
  };
  await post({ method: 'notifications/initialized' }, signal);

  return {
    hello,
    ask,
    async ping(within) {
      const pong = await ask('ping', {}, within);
      // A server that knows no `ping` says so and lives; a lost session is HTTP 404.
      if (pong.kind === 'http' || (pong.kind === 'error' && pong.status === 404)) {
        throw new ProbeFailure('no-answer', 'ping is not answered any more');
      }
    },
    async close() {
      if (session === undefined) return;
      await postMessage(endpoint, {
        method: 'DELETE',
        headers,
        signal: AbortSignal.timeout(CLOSE_MS),
      }).catch(() => {});
    },
  };
}

function toHello({ protocolVersion, capabilities, instructions, serverInfo }: JsonObject): Hello | undefined {
  if (typeof protocolVersion !== 'string') return undefined;
  return {
    era: 'legacy',
    serverInfo: isObject(serverInfo) ? serverInfo : {},
    capabilities: isObject(capabilities) ? capabilities : {},
    ...(typeof instructions === 'string' && { instructions }),
    protocolVersions: [protocolVersion],
  };
}
