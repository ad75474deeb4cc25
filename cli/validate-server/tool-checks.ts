import { nearestName } from '../../crds/nearest-name.ts';
import { schemaProblem } from '../mcp/check-schema.ts';
import { isObject } from '../mcp/json-schema.ts';
import { oneLine } from '../output/harmless.ts';
import type { ServerView } from '../places/place.ts';
import { check, checkFindings, type Check } from './check.ts';
import type { RawList } from './list-raw.ts';

/** MCP 2025-11-25, server/tools, tool names. */
const LEGAL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** Characters of a name that is none. */
const MAX_NAME = 128;

type RawTool = Readonly<Record<string, unknown>>;

/** What a client needs of the tools of a server, and what its manifest says of them. */
export function toolChecks(server: ServerView, { entries, problem }: RawList): readonly Check[] {
  const tools = entries.filter(isObject);
  const list = problem === undefined ? [] : [`tools/list ${problem}`];
  const whole = checkFindings('tools-list', list, `the list ends, with ${tools.length}`);
  if (problem !== undefined && tools.length === 0) return [whole];
  return [
    whole,
    checkFindings('tool-names', nameFindings(entries), 'each is legal and there once'),
    checkFindings('input-schemas', tools.flatMap(inputFindings), 'valid JSON Schema of objects'),
    checkFindings('output-schemas', tools.flatMap(outputFindings), 'valid JSON Schema where there are any'),
    ...ruleChecks(server, tools),
    checkFindings('descriptions', tools.flatMap(descriptionFindings), 'every tool says what it does', 'warning'),
  ];
}

const nameOf = ({ name }: RawTool): string => (typeof name === 'string' ? oneLine(name, MAX_NAME) : '(without a name)');

function nameFindings(entries: readonly unknown[]): readonly string[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const name = isObject(entry) ? entry['name'] : undefined;
    if (typeof name !== 'string') return [`entry ${index + 1} has no name`];
    const twice = seen.has(name);
    seen.add(name);
    if (!LEGAL_NAME.test(name)) {
      return [`"${oneLine(name, MAX_NAME)}" is not made of 1 to 128 of A–Z a–z 0–9 _ - . as clients expect`];
    }
    return twice ? [`${name} is there twice`] : [];
  });
}

function inputFindings(tool: RawTool): readonly string[] {
  const { inputSchema } = tool;
  const problem = schemaProblem(inputSchema);
  if (problem !== undefined) return [`${nameOf(tool)}: ${problem}`];
  return isObject(inputSchema) && inputSchema['type'] === 'object' ? [] : [`${nameOf(tool)}: "type" must be "object"`];
}

function outputFindings(tool: RawTool): readonly string[] {
  const { outputSchema } = tool;
  const problem = outputSchema === undefined ? undefined : schemaProblem(outputSchema);
  return problem === undefined ? [] : [`${nameOf(tool)}: ${problem}`];
}

const descriptionFindings = (tool: RawTool): readonly string[] =>
  typeof tool['description'] === 'string' && tool['description'].trim() !== ''
    ? []
    : [`${nameOf(tool)} does not say what it does, so models cannot choose it`];

/** A rule for a tool that is not there protects nothing: the tool that was meant is open. */
function ruleChecks({ spec }: ServerView, tools: readonly RawTool[]): readonly Check[] {
  if (!spec.oauth?.tools) return [];
  if (spec.oauth.tools.length === 0)
    return [check('tool-rules', 'passed', 'the manifest has no rules for single tools')];
  const names = tools.map(nameOf);
  const findings = spec.oauth.tools.flatMap(({ match }, index) => {
    if (names.includes(match)) return [];
    const near = nearestName(match, names);
    return [
      `spec.oauth.tools[${index}].match: there is no tool "${match}"${near === undefined ? '' : `, did you mean ${near}?`}`,
    ];
  });
  return [checkFindings('tool-rules', findings, `${spec.oauth.tools.length} that name tools which are there`)];
}
