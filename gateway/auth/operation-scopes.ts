import type { McpServer } from '../../crds/mcpserver.ts';
import type { JsonRpcMessage } from '../proxy/request-body.ts';

/** The rules of one server, ready to be looked up. */
interface Rules {
  /** Of every request; none where the server is open. */
  readonly general: readonly string[];
  /** Of a call of this tool: those of the server and its own. */
  readonly tools: ReadonlyMap<unknown, readonly string[]>;
  /** Of a call of any tool that has rules. */
  readonly anyTool: readonly string[];
}

/** McpServers are frozen, so the rules of one never change. */
const rulesByServer = new WeakMap<McpServer, Rules>();

/**
 * Every scope that these messages need at this server, all of them. `oauth.required: false` opens everything but the tools
 * that have rules.
 */
export function operationScopes(server: McpServer, messages: readonly JsonRpcMessage[] = []): readonly string[] {
  const rules = rulesOf(server);
  if (rules.tools.size === 0) return rules.general;
  const needed = messages
    .map((message) => scopesOfMessage(rules, message))
    .filter((scopes) => scopes !== rules.general);
  if (needed.length === 0) return rules.general;
  return needed.length === 1 && needed[0] ? needed[0] : union(needed);
}

function scopesOfMessage(rules: Rules, { method, params }: JsonRpcMessage): readonly string[] {
  if (method !== 'tools/call') return rules.general;
  const name = params?.name;
  // What is not a string here, a backend may still read as the name of any tool.
  return typeof name === 'string' ? (rules.tools.get(name) ?? rules.general) : rules.anyTool;
}

function rulesOf(server: McpServer): Rules {
  const known = rulesByServer.get(server);
  if (known) return known;
  const { required, scopes, tools } = server.spec.oauth;
  const byTool = new Map<unknown, readonly string[]>();
  for (const tool of tools) byTool.set(tool.match, union([byTool.get(tool.match) ?? scopes, tool.scopes]));
  const rules = { general: required ? scopes : [], tools: byTool, anyTool: union([...byTool.values()]) };
  rulesByServer.set(server, rules);
  return rules;
}

const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];
