import { IDENTITY_HEADER, type Identity } from '../core/identity-token.ts';
import type { McpServerStatus } from '../crds/mcpserver-status.ts';
import { foreignText } from './foreign-text.ts';
import { isConversation, type Conversation, type Hello } from './mcp/conversation.ts';
import type { Endpoint } from './mcp/endpoint.ts';
import { openLegacy } from './mcp/legacy-era.ts';
import { openModern } from './mcp/modern-era.ts';
import type { Reply } from './mcp/post-message.ts';
import { ProbeFailure } from './mcp/probe-failure.ts';
import type { Reach } from './remote/reach.ts';
import { survey, type Survey } from './survey.ts';

/** What a running server says that it is. */
export interface Discovery extends Survey {
  readonly server: NonNullable<McpServerStatus['server']>;
  /** It answers strangers as well: it does not verify `Mooring-Identity`. */
  readonly answersStrangers: boolean;
}

/** Signs as `mooring:operator` for the server of this qualified name. */
export type SignIdentity = (server: string, identity: Identity) => Promise<string>;

/** One acquaintance with one running server: opened on the first look, kept (a session too) for the next ones. */
export interface Acquaintance {
  /** Asks the server what it is now, within so many milliseconds. Throws ProbeFailure; the next look then begins anew. */
  look(withinMs: number, stop: AbortSignal): Promise<Discovery>;
  /** Ends the session, where the server keeps one. */
  close(): Promise<void>;
}

/** Whom to ask what. */
export interface Asked {
  readonly url: string;
  /** Qualified name: whom the identity is for. */
  readonly server: string;
  /** Of a server that runs elsewhere: who reaches it and how is its own affair, and our identity means nothing there. */
  readonly reach?: Reach;
}

/** Asks a server over MCP what it is: in the era of 2026-07-28 first, then in the legacy one. */
export function acquaint({ url, server, reach }: Asked, sign: SignIdentity): Acquaintance {
  const known: Endpoint = reach
    ? { url, credentials: async () => reach.headers(), connection: async () => reach.connection() }
    : { url, credentials: async () => ({ [IDENTITY_HEADER]: await sign(server, { scopes: [] }) }) };
  const stranger: Endpoint | undefined = reach ? undefined : { url, credentials: async () => ({}) };
  let open: { conversation: Conversation; versions: readonly string[]; answersStrangers: boolean } | undefined;

  async function begin(withinMs: number, signal: AbortSignal): Promise<NonNullable<typeof open>> {
    const conversation = await greet(known, withinMs, signal);
    const [versions, answersStrangers] = await Promise.all([
      allVersions(conversation, known, signal),
      stranger !== undefined && answers(stranger, withinMs, signal),
    ]);
    return { conversation, versions, answersStrangers };
  }

  const close = async (): Promise<void> => {
    const closing = open?.conversation;
    open = undefined;
    await closing?.close();
  };

  return {
    async look(withinMs, stop) {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(withinMs)]);
      try {
        if (open) await open.conversation.ping(signal);
        open ??= await begin(withinMs, signal);
        const { conversation, versions, answersStrangers } = open;
        const found = await survey(conversation, signal);
        return { server: describeServer(conversation.hello, versions), answersStrangers, ...found };
      } catch (error) {
        void close();
        throw error instanceof ProbeFailure ? error : new ProbeFailure('not-mcp', 'its answer cannot be read', error);
      }
    },
    close,
  };
}

/** The conversation in the newest era that the server speaks. */
async function greet(endpoint: Endpoint, withinMs: number, signal: AbortSignal): Promise<Conversation> {
  const modern = await openModern(endpoint, aThird(withinMs, signal)).catch(unlessSilent);
  if (modern && isConversation(modern)) return modern;
  if (modern && isUnauthorized(modern)) throw refusal(modern);
  const legacy = await openLegacy(endpoint, signal);
  if (isConversation(legacy)) return legacy;
  throw refusal(legacy);
}

/** A legacy server may never answer the question of the other era: for us and for a stranger that takes two thirds of the time, and its own era the rest. */
const aThird = (withinMs: number, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(withinMs / 3))]);

/** Those of this conversation, and the one of the legacy era where the server speaks both. */
async function allVersions(
  { hello }: Conversation,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (hello.era === 'legacy') return hello.protocolVersions;
  const legacy = await openLegacy(endpoint, signal).catch(() => undefined);
  if (!legacy || !isConversation(legacy)) return hello.protocolVersions;
  await legacy.close();
  return [...hello.protocolVersions, ...legacy.hello.protocolVersions];
}

/** Whether a server lets anybody ask. Only an answer counts as yes. */
async function answers(endpoint: Endpoint, withinMs: number, signal: AbortSignal): Promise<boolean> {
  for (const open of [openModern, openLegacy]) {
    const opened = await open(endpoint, aThird(withinMs, signal)).catch(() => undefined);
    if (!opened || !isConversation(opened)) continue;
    await opened.close();
    return true;
  }
  return false;
}

/** No answer in time says only that this era may be unknown there; nobody listening, or nobody asked, says it for both. */
function unlessSilent(error: unknown): undefined {
  if (error instanceof ProbeFailure && error.kind !== 'refused' && error.kind !== 'blocked') return undefined;
  throw error;
}

const isUnauthorized = (reply: Reply): boolean => 'status' in reply && (reply.status === 401 || reply.status === 403);

/** What it means that neither era got an answer. */
function refusal(reply: Reply): ProbeFailure {
  if (reply.kind === 'result') {
    return new ProbeFailure('not-mcp', 'answered, but not with what MCP asks for');
  }
  const seen = `answered HTTP ${reply.status}${reply.kind === 'http' ? ` (${reply.contentType || 'no content type'})` : ` with the JSON-RPC error ${reply.code}`}`;
  if (isUnauthorized(reply)) return new ProbeFailure('unauthorized', seen);
  // 501 says that it knows no POST at all (RFC 9110, section 15.6.2): a server of plain files, which waiting changes nothing about.
  return new ProbeFailure(reply.status >= 500 && reply.status !== 501 ? 'server-error' : 'not-mcp', seen);
}

/** Within the bounds of the status (crds/mcpserver-status.ts). */
function describeServer({ serverInfo, instructions }: Hello, versions: readonly string[]): Discovery['server'] {
  const { name, version, title } = serverInfo;
  return {
    name: typeof name === 'string' ? foreignText(name, 256) : '',
    version: typeof version === 'string' ? foreignText(version, 256) : '',
    ...(typeof title === 'string' && { title: foreignText(title, 256) }),
    protocolVersions: [...new Set(versions)].map((each) => foreignText(each, 32)).slice(0, 16),
    ...(instructions !== undefined && { instructions: foreignText(instructions, 4096) }),
  };
}
