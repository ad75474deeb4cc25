import type { McpServer } from '../crds/mcpserver.ts';
import { nearestName } from '../crds/nearest-name.ts';
import { formatPath, printable } from '../crds/problem.ts';
import type { Survey } from './survey.ts';

/** So many are told; the others are counted, so that the rest of the message stays readable. */
const MAX_TOLD = 3;

/** Longest name of a tool that is compared: the cost grows with it, and the server chooses it. As long as what `nearestName` takes. */
const MAX_COMPARED = 64;

/**
 * What to say of rules in `spec.oauth.tools` that name no tool which the server lists, so that a typing error leaves no tool open
 * unseen. Undefined where there is none, or where the list is not known to be whole.
 */
export function rulesWithoutTool(server: McpServer, { tools, toolsComplete }: Survey): string | undefined {
  const rules = server.spec.oauth.tools;
  if (!tools || !toolsComplete || rules.length === 0) return undefined;
  const listed = new Set(tools.map(({ name }) => name));
  const idle = rules.map(({ match }, index) => ({ match, index })).filter(({ match }) => !listed.has(match));
  if (idle.length === 0) return undefined;

  // A tool that has its own rule is not the one that was meant.
  const ruled = new Set(rules.map(({ match }) => match));
  const unruled = [...listed].filter((name) => name.length <= MAX_COMPARED && !ruled.has(name));
  const told = idle.slice(0, MAX_TOLD).map(({ match, index }) => {
    const near = nearestName(match, unruled);
    const next =
      near === undefined ? 'status.tools has the names that it lists.' : `did you mean "${printable(near)}"?`;
    const path = formatPath(['spec', 'oauth', 'tools', index, 'match']);
    return `${path}: the server has no tool "${match}", so this rule protects nothing; ${next}`;
  });
  const more = idle.length - told.length;
  return [...told, ...(more > 0 ? [`The same holds for ${more} more of spec.oauth.tools.`] : [])].join(' ');
}
