import { createHash } from 'node:crypto';
import type { ToolSummary } from '../crds/mcpserver-status.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Conversation } from './mcp/conversation.ts';
import { isObject, type JsonObject } from './mcp/post-message.ts';
import { ProbeFailure } from './mcp/probe-failure.ts';

/** What a server offers; undefined where it refuses to list it. */
export interface Survey {
  readonly tools: readonly ToolSummary[] | undefined;
  readonly toolCount: number | undefined;
  readonly resourceCount: number | undefined;
  readonly promptCount: number | undefined;
}

/** As many tools as a status holds (crds/mcpserver-status.ts); more are counted, not named. */
const MAX_TOOLS = 1024;

/** Of each list. SDKs page by 50 or not at all: more pages than this come from a server that counts them up for ever. */
const MAX_PAGES = 200;

/** Of each list, so that a hostile one fills no memory; counts end here. */
const MAX_ENTRIES = 10_000;

/** Lists everything that the server says it has. Throws ProbeFailure where no answer comes. */
export async function survey(conversation: Conversation, signal: AbortSignal): Promise<Survey> {
  const listed = async <Entry>(what: string, read: (entry: JsonObject) => Entry): Promise<Entry[] | undefined> =>
    isObject(conversation.hello.capabilities[what]) ? list(conversation, what, read, signal) : [];
  const [tools, resources, prompts] = await Promise.all([
    listed('tools', summary),
    listed('resources', () => true),
    listed('prompts', () => true),
  ]);
  return {
    tools: tools && inOrder(tools),
    toolCount: tools?.length,
    resourceCount: resources?.length,
    promptCount: prompts?.length,
  };
}

/** What `read` makes of each entry of `<what>/list`, over all pages; only that is kept. A cursor that comes again ends the list. */
async function list<Entry>(
  { ask }: Conversation,
  what: string,
  read: (entry: JsonObject) => Entry,
  signal: AbortSignal,
): Promise<Entry[] | undefined> {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (let params = {}; seen.size < MAX_PAGES && entries.length < MAX_ENTRIES;) {
    const reply = await ask(`${what}/list`, params, signal);
    if (reply.kind === 'error') return undefined;
    if (reply.kind === 'http') throw new ProbeFailure('no-answer', `${what}/list was answered HTTP ${reply.status}`);
    const { [what]: page, nextCursor } = reply.result;
    const readable = Array.isArray(page) ? page.filter(isNamed) : [];
    for (const entry of readable.slice(0, MAX_ENTRIES - entries.length)) entries.push(read(entry));
    if (typeof nextCursor !== 'string' || seen.has(nextCursor)) break;
    seen.add(nextCursor);
    params = { cursor: nextCursor };
  }
  return entries;
}

const isNamed = (entry: unknown): entry is JsonObject => isObject(entry) && typeof entry['name'] === 'string';

/** By name, so that a server that shuffles its list changes nothing. */
const inOrder = (tools: readonly ToolSummary[]): readonly ToolSummary[] =>
  tools.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))).slice(0, MAX_TOOLS);

function summary(tool: JsonObject): ToolSummary {
  const { name, title } = tool;
  const digest = createHash('sha256').update(canonicalJson(tool)).digest('hex');
  return {
    name: String(name).slice(0, 256),
    ...(typeof title === 'string' && { title: title.slice(0, 256) }),
    digest: `sha256:${digest}`,
  };
}
