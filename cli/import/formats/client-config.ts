import { isObject } from '../../../crds/path-pattern.ts';
import { setCommand } from '../command/set-command.ts';
import { describe, note, type Draft } from '../draft.ts';
import { setClientEnv } from '../environment.ts';
import { readFields, type Fields } from '../fields.ts';
import { eachValue, type Format } from '../format.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { isSseUrl, setRemote } from '../remote.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What clients call their servers by: `mcpServers` (Claude Desktop, Claude Code, Cursor, Windsurf, Gemini CLI), `servers` of an `mcp.json` and
 * `mcp.servers` of `settings.json` (VS Code).
 */
export const clientConfig: Format = {
  title: 'a configuration of a client (Claude Desktop, Claude Code, VS Code, Cursor, Windsurf, Gemini CLI)',
  recognizes: (value) => serversOf(value) !== undefined,
  servers: eachValue((value, file) =>
    Object.entries(serversOf(value) ?? {}).map(([name, server]) => ({
      name,
      file,
      convert: (draft) => convert(draft, server),
    })),
  ),
};

/** By name. Undefined where that is no configuration of a client. */
function serversOf(value: unknown): Json | undefined {
  if (!isObject(value)) return undefined;
  if (isObject(own(value, 'mcpServers'))) return own(value, 'mcpServers') as Json;
  const mcp = own(value, 'mcp');
  const servers = own(isObject(mcp) ? mcp : value, 'servers');
  // A list of servers is one of the registry.
  return isObject(servers) && Object.values(servers).every(isObject) ? servers : undefined;
}

const own = (value: Json, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

function convert(draft: Draft, server: unknown): void {
  if (!isObject(server)) throw new NotCarriedOver('server', 'is no map of fields');
  const fields = readFields(server, draft);
  describe(draft, 'title', fields.text('title'));
  describe(draft, 'description', fields.text('description'));
  setClientEnv(draft, fields.object('env') ?? {});
  setSource(draft, fields);
  if (fields.flag('disabled') === true || fields.flag('enabled') === false) draft.spec.enabled = false;
  fields.ignore('name', 'id', 'gallery', 'version', 'dev');
  fields.refuse({
    cwd: 'has no counterpart: a server has a working folder of its own, so give paths in full',
    envFile: 'is a file on the client: put its lines into a Secret and name it in `spec.envFrom`',
    timeout: 'is how long the client waits; that of the gateway is `spec.timeouts`',
    oauth: 'is how the client signed in: clients sign in at Mooring now',
    auth: 'is how the client signed in: clients sign in at Mooring now',
    authProviderType: 'is how the client signed in: clients sign in at Mooring now',
    headersHelper:
      'is a program that makes headers: put the headers into a Secret and name it in `spec.remote.headersFrom`',
    alwaysAllow: ASKS,
    autoApprove: ASKS,
    trust: ASKS,
    disabledTools: TOOLS,
    includeTools: TOOLS,
    excludeTools: TOOLS,
  });
  fields.finish();
}

const ASKS = 'is what the client asks its user, and stays with the client';
const TOOLS = 'hides tools in the client: who may call a tool is said by `spec.oauth.tools`';

function setSource(draft: Draft, fields: Fields): void {
  const type = fields.text('type') ?? fields.text('transport');
  const command = fields.text('command');
  const args = fields.texts('args');
  // Gemini CLI means HTTP+SSE by `url`, and HTTP by `httpUrl`; Windsurf calls it `serverUrl`.
  const url = fields.text('httpUrl') ?? fields.text('url') ?? fields.text('serverUrl');
  const headers = fields.object('headers') ?? {};
  if (command !== undefined) return setCommand(draft, [command, ...args]);
  if (url === undefined) {
    throw new NotCarriedOver('command', 'is missing, and so is `url`: one of them says what the server is');
  }
  if (draft.env.size > 0) {
    draft.env.clear();
    note(draft, 'env', 'means nothing to a remote server, so it was left out');
  }
  setRemote(draft, {
    url,
    headers: textValues(headers),
    isSse: type === 'sse' || (type === undefined && isSseUrl(url)),
  });
}

const textValues = (values: Json): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : '']));
