import type { Tool } from '../mcp/list-tools.ts';
import { neededScopes } from '../mcp/needed-scopes.ts';
import { colour } from '../output/colour.ts';
import { harmless, oneLine } from '../output/harmless.ts';
import { shellWord } from '../output/shell-word.ts';
import { table } from '../output/table.ts';
import type { ServerView } from '../places/place.ts';
import { toolArguments, type ToolArgument } from './tool-arguments.ts';
import { toolHints } from './tool-hints.ts';

/** Characters of one line that a server fills. */
const MAX_LINE = 200;

/** One tool, whole: what it does, what it takes, and a call to begin with. `calledAs` is the server as the person named it. */
export function toolDetails(server: ServerView, tool: Tool, calledAs: string): string {
  const all = toolArguments(tool.inputSchema);
  const facts = table(
    [
      ['Name:', oneLine(tool.name, MAX_LINE)],
      ['Title:', oneLine(tool.title ?? tool.annotations?.title ?? '', MAX_LINE)],
      ['Scopes:', neededScopes(server, tool.name).join(' ')],
      ['Hints:', toolHints(tool)],
      ['Output:', tool.outputSchema ? 'structured (-o json shows it)' : ''],
    ].filter(([, value]) => value !== ''),
  );
  return [
    facts,
    section('Description', indented(harmless(tool.description ?? '').trim())),
    section('Arguments', indented(table(all.map(argumentRow)).trimEnd())),
    section('Example', `  ${exampleCall(tool.name, all, calledAs)}`),
  ].join('');
}

const argumentRow = ({ name, type, isRequired, description }: ToolArgument): string[] => [
  name,
  type,
  isRequired ? 'required' : 'optional',
  description,
];

function exampleCall(tool: string, all: readonly ToolArgument[], calledAs: string): string {
  const given = all.filter(({ isRequired }) => isRequired);
  const args = given.map(({ name, example }) => `--arg ${shellWord(name + assigned(example))}`);
  return ['mooring call', shellWord(calledAs), shellWord(oneLine(tool, MAX_LINE)), ...args].join(' ');
}

/** Examples are the server's: a text that `--arg` would take for a file or for stdin is written as JSON, so that nobody sends a file by copying the line. */
const assigned = (example: string): string =>
  /^(@|-$)/.test(example) ? `:=${JSON.stringify(example)}` : `=${example}`;

const section = (title: string, text: string): string =>
  text.trim() === '' ? '' : `\n${colour('bold', title)}\n${text}\n`;

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
