import { createHash } from 'node:crypto';
import type { ToolSummary } from '../crds/mcpserver-status.ts';
import { canonicalJson } from './canonical-json.ts';
import { foreignText } from './foreign-text.ts';
import type { Conversation } from './mcp/conversation.ts';
import { isObject, type JsonObject } from './mcp/post-message.ts';
import { ProbeFailure } from './mcp/probe-failure.ts';

/** What a server offers; undefined where it refuses to list it. */
export interface Survey {
  readonly tools: readonly ToolSummary[] | undefined;
  readonly toolCount: number | undefined;
  /** `tools` names every tool that it lists. */
  readonly toolsComplete: boolean;
  readonly resourceCount: number | undefined;
  readonly promptCount: number | undefined;
}

/** As many tools as a status holds (crds/mcpserver-status.ts); more are counted, not named. */
const MAX_TOOLS = 1024;

/** Of the tools that a status names, as JSON: etcd takes 1.5 MB of an object, and real servers name a hundred tools in 20 KB. */
const MAX_TOOLS_BYTES = 256 * 1024;

/** Of each list. SDKs page by 50 or not at all: more pages than this come from a server that counts them up for ever. */
const MAX_PAGES = 200;

/** Of each list, so that a hostile one fills no memory; counts end here. */
const MAX_ENTRIES = 10_000;

/** Lists everything that the server says it has. Throws ProbeFailure where no answer comes. */
export async function survey(conversation: Conversation, signal: AbortSignal): Promise<Survey> {
  const listed = async <Entry>(what: string, read: (entry: JsonObject) => Entry): Promise<Listing<Entry> | undefined> =>
    isObject(conversation.hello.capabilities[what])
      ? list(conversation, what, read, signal)
      : { entries: [], isWhole: true };
  const [tools, resources, prompts] = await Promise.all([
    listed('tools', summary),
    listed('resources', () => true),
    listed('prompts', () => true),
  ]);
  const named = tools && asManyAsFit(inOrder(tools.entries));
  return {
    tools: named,
    toolCount: tools?.entries.length,
    toolsComplete: tools !== undefined && tools.isWhole && tools.entries.length === named?.length,
    resourceCount: resources?.entries.length,
    promptCount: prompts?.entries.length,
  };
}

interface Listing<Entry> {
  readonly entries: readonly Entry[];
  /** The server said that nothing follows, and nothing was left out. */
  readonly isWhole: boolean;
}

/** What `read` makes of each entry of `<what>/list`, over all pages; only that is kept. A cursor that comes again ends the list. */
async function list<Entry>(
  { ask }: Conversation,
  what: string,
  read: (entry: JsonObject) => Entry,
  signal: AbortSignal,
): Promise<Listing<Entry> | undefined> {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let isWhole = true;
  for (let params = {}; seen.size < MAX_PAGES && entries.length < MAX_ENTRIES;) {
    const reply = await ask(`${what}/list`, params, signal);
    if (reply.kind === 'error') return undefined;
    if (reply.kind === 'http') throw new ProbeFailure('no-answer', `${what}/list was answered HTTP ${reply.status}`);
    const { [what]: page, nextCursor } = reply.result;
    const readable = Array.isArray(page) ? page.filter(isNamed) : [];
    const taken = readable.slice(0, MAX_ENTRIES - entries.length);
    for (const entry of taken) entries.push(read(entry));
    isWhole &&= Array.isArray(page) && taken.length === readable.length;
    if (typeof nextCursor !== 'string') return { entries, isWhole };
    if (seen.has(nextCursor)) break;
    seen.add(nextCursor);
    params = { cursor: nextCursor };
  }
  return { entries, isWhole: false };
}

const isNamed = (entry: unknown): entry is JsonObject => isObject(entry) && typeof entry['name'] === 'string';

/** By name, so that a server that shuffles its list changes nothing. */
const inOrder = (tools: readonly ToolSummary[]): readonly ToolSummary[] =>
  tools.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))).slice(0, MAX_TOOLS);

function asManyAsFit(tools: readonly ToolSummary[]): readonly ToolSummary[] {
  let bytes = 0;
  const end = tools.findIndex((tool) => (bytes += Buffer.byteLength(JSON.stringify(tool)) + 1) > MAX_TOOLS_BYTES);
  return end === -1 ? tools : tools.slice(0, end);
}

function summary(tool: JsonObject): ToolSummary {
  const { name, title } = tool;
  const digest = createHash('sha256').update(canonicalJson(tool)).digest('hex');
  return {
    name: foreignText(String(name), 256),
    ...(typeof title === 'string' && { title: foreignText(title, 256) }),
    digest: `sha256:${digest}`,
  };
}
