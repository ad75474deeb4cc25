import type { Tool } from '../mcp/list-tools.ts';
import { neededScopes } from '../mcp/needed-scopes.ts';
import { oneLine } from '../output/harmless.ts';
import { table } from '../output/table.ts';
import type { ServerView } from '../places/place.ts';
import { toolArguments } from './tool-arguments.ts';
import { toolHints } from './tool-hints.ts';

/** Characters of a cell that a server fills. */
const MAX_CELL = 128;

/** Columns of the arguments, so that there is room for what a tool does. */
const ARGUMENTS_COLUMNS = 40;

interface Look {
  /** More columns, and nothing cut. */
  readonly wide: boolean;
  /** Width of the terminal; undefined where the table goes elsewhere. */
  readonly columns: number | undefined;
}

/** The tools of a server, one a line; what it does comes last, as far as the terminal has room. */
export function toolTable(server: ServerView, tools: readonly Tool[], { wide, columns }: Look): string {
  if (tools.length === 0) return 'The server has no tools.\n';
  const heading = ['NAME', 'ARGUMENTS', 'SCOPES', 'HINTS', ...(wide ? ['TITLE', 'OUTPUT'] : []), 'DESCRIPTION'];
  const rows = tools.map((tool) => [
    oneLine(tool.name, MAX_CELL),
    oneLine(argumentsOf(tool), wide ? 4 * MAX_CELL : ARGUMENTS_COLUMNS) || '-',
    neededScopes(server, tool.name).join(' ') || '-',
    toolHints(tool) || '-',
    ...(wide ? [oneLine(tool.title ?? tool.annotations?.title ?? '', MAX_CELL) || '-'] : []),
    ...(wide ? [tool.outputSchema ? 'structured' : '-'] : []),
    firstLine(tool),
  ]);
  const lines = table([heading, ...rows]);
  if (wide || columns === undefined) return lines;
  return lines.replaceAll(/^.+$/gm, (line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`));
}

/** `city, days?`: what may be left out has a question mark. */
const argumentsOf = ({ inputSchema }: Tool): string =>
  toolArguments(inputSchema)
    .map(({ name, type, isRequired }) => `${name}${isRequired ? '' : '?'}:${type.replaceAll(' or ', '|')}`)
    .join(' ');

const firstLine = ({ title, description = title ?? '' }: Tool): string =>
  oneLine(description.trim().split('\n', 1)[0] ?? '', 2 * MAX_CELL);
