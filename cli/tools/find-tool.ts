import { Failure } from '../../core/failure.ts';
import { nearestName } from '../../crds/nearest-name.ts';
import type { Tool } from '../mcp/list-tools.ts';
import { oneLine } from '../output/harmless.ts';

/** Characters of a name of a tool, as MCP bounds it (2025-11-25, tool names). */
const MAX_NAME = 128;

/** The tool of this name. Throws `unknown_tool`, naming the nearest. `server` is the server as the person named it. */
export function findTool(tools: readonly Tool[], name: string, server: string): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const nearest = nearestName(
    name,
    tools.map((tool) => tool.name),
  );
  const hint =
    nearest === undefined
      ? `\`mooring tools ${server}\` shows those that it has.`
      : `Did you mean ${oneLine(nearest, MAX_NAME)}?`;
  throw new Failure('unknown_tool', `${server} has no tool "${oneLine(name, MAX_NAME)}". ${hint}`);
}
