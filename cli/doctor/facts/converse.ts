import { isConversation, type Conversation } from '../../../operator/mcp/conversation.ts';
import type { Endpoint } from '../../../operator/mcp/endpoint.ts';
import { openLegacy } from '../../../operator/mcp/legacy-era.ts';
import { openModern } from '../../../operator/mcp/modern-era.ts';
import { isObject, type JsonObject, type Reply } from '../../../operator/mcp/post-message.ts';
import { ProbeFailure } from '../../../operator/mcp/probe-failure.ts';
import { gatewayRoute } from '../../http/gateway-route.ts';

/** A tool, and the arguments without which it cannot be called. */
interface ToolSeen {
  readonly name: string;
  readonly required: readonly string[];
}

/** A short talk with a server, as a client has it. Throws ProbeFailure where no answer comes. */
export interface Talk {
  tools(): Promise<readonly ToolSeen[]>;
  /** Calls a tool without arguments. */
  call(tool: string): Promise<{ readonly isError: boolean; readonly text: string }>;
  /** Ends it; never throws. */
  close(): Promise<void>;
}

/** ms in which a server answers that knows the newer era; those of the older one may never answer its question. */
const MODERN_MS = 3000;

/** ms for the whole talk: less than a link has, so that the reason is told. */
const TALK_MS = 8500;

/** Of the list of tools. SDKs page by 50 or not at all. */
const MAX_PAGES = 40;

export async function converse(url: string, token: string | undefined, signal: AbortSignal): Promise<Talk> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(TALK_MS)]);
  const endpoint: Endpoint = {
    url: gatewayRoute(url).href,
    credentials: async (): Promise<Record<string, string>> =>
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    clientInfo: { name: 'mooring-doctor', version: '1' },
  };
  const conversation = await open(endpoint, within);
  return {
    tools: async () => toolsOf(conversation, within),
    call: async (name) => {
      const { isError, content } = resultOf(await conversation.ask('tools/call', { name, arguments: {} }, within));
      const [first] = Array.isArray(content) ? content.filter(isObject) : [];
      return { isError: isError === true, text: typeof first?.['text'] === 'string' ? first['text'] : '' };
    },
    close: async () => conversation.close(),
  };
}

async function open(endpoint: Endpoint, signal: AbortSignal): Promise<Conversation> {
  const modern = await openModern(endpoint, AbortSignal.any([signal, AbortSignal.timeout(MODERN_MS)])).catch(
    () => undefined,
  );
  if (modern && isConversation(modern)) return modern;
  const legacy = await openLegacy(endpoint, signal);
  if (isConversation(legacy)) return legacy;
  throw refusal(legacy);
}

async function toolsOf({ hello, ask }: Conversation, signal: AbortSignal): Promise<readonly ToolSeen[]> {
  const tools: ToolSeen[] = [];
  if (!isObject(hello.capabilities['tools'])) return tools;
  let params: JsonObject = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const { tools: listed, nextCursor } = resultOf(await ask('tools/list', params, signal));
    tools.push(...(Array.isArray(listed) ? listed.filter(isObject).map(seen) : []));
    if (typeof nextCursor !== 'string') break;
    params = { cursor: nextCursor };
  }
  return tools;
}

function seen({ name, inputSchema }: JsonObject): ToolSeen {
  const required = isObject(inputSchema) ? inputSchema['required'] : [];
  return { name: String(name), required: Array.isArray(required) ? required.map(String) : [] };
}

function resultOf(reply: Reply): JsonObject {
  if (reply.kind === 'result') return reply.result;
  throw refusal(reply);
}

/** In words that tell a timeout apart. */
function refusal(reply: Reply): ProbeFailure {
  if (reply.kind === 'result') return new ProbeFailure('not-mcp', 'it answered, but not with what MCP asks for');
  const why =
    reply.kind === 'error'
      ? (codeOf(reply.data) ?? `the JSON-RPC error ${reply.code}`)
      : reply.contentType || 'no content type';
  const late = reply.status === 504 ? ', which means that the server did not answer in time' : '';
  return new ProbeFailure('no-answer', `it answered HTTP ${reply.status} (${why})${late}`);
}

/** The gateway's own code, such as `server_unavailable`. */
const codeOf = (data: unknown): string | undefined =>
  isObject(data) && typeof data['code'] === 'string' ? data['code'].replaceAll(/\W/g, '').slice(0, 64) : undefined;
