import { maskCredentials } from '../../../core/mask-credentials.ts';
import type { ArtifactInput } from '../../kit/index.ts';
import type { ParsedCommand } from '../commands/parse-command.ts';
import { maskJson } from './mask-json.ts';
import { commandTable } from './command-table.ts';

/** What was run, and what it wrote to stdout. */
export interface Output {
  readonly program: string;
  readonly command: Pick<ParsedCommand, 'name' | 'flags' | 'operands'>;
  readonly text: string;
}

/** What a log line of an artifact may have. */
const LINE = 4000;
const LINES = 10_000;

/** The output as what it is: a table, JSON, a log, a diff, code or text; whatever looks like a credential is masked in all of them. */
export function outputArtifact({ program, command, text }: Output): ArtifactInput {
  const title = [program, command.name, ...command.operands].filter(Boolean).join(' ').slice(0, 200);
  const masked = maskCredentials(text);
  if (program !== 'mooring') return { type: 'code', title, text: masked };
  const format = command.flags.find(([name]) => name === '--output')?.[1];
  if (format === 'json') return fromJson(command.name, text, title) ?? { type: 'code', title, text: masked };
  if (format === 'yaml') return { type: 'code', title, language: 'yaml', text: masked };
  if (command.name === 'logs') return { type: 'log', title, lines: logLines(masked) };
  if (command.name === 'sync') return { type: 'diff', title, text: masked };
  return { type: 'code', title, text: masked };
}

function fromJson(command: string, text: string, title: string): ArtifactInput | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const masked = maskJson(value);
  const table = commandTable(command, masked);
  return table ? { type: 'table', title, ...table } : { type: 'json', title, value: masked };
}

const logLines = (text: string): { text: string }[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .slice(-LINES)
    .map((line) => ({ text: line.slice(0, LINE) }));
