import type { CallToolResult } from '@modelcontextprotocol/client';
import { deeperThan } from '../../crds/deeper-than.ts';
import { Failure } from '../../core/failure.ts';
import { misfit } from '../mcp/check-schema.ts';
import type { Tool } from '../mcp/list-tools.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../output/format.ts';
import { harmless, oneLine } from '../output/harmless.ts';
import { binaryIn } from './binary.ts';
import { contentText } from './content-text.ts';
import { saveFiles, type SavedFile } from './save-files.ts';

export interface ResultOptions {
  readonly output?: 'json' | 'yaml' | undefined;
  /** Folder for what is no text. */
  readonly save?: string | undefined;
}

/** Levels of what is shown: more than anybody reads, and far from the 10,000 where what walks through it by recursion ends. */
const MAX_DEPTH = 500;

/** Characters of a name in a message. */
const MAX_NAME = 64;

/** Shows what a tool answered: on stdout, or on stderr and with exit code 1 where it says that it failed. Throws `answer_too_deep`. */
export async function writeResult(result: CallToolResult, tool: Tool, { output, save }: ResultOptions): Promise<void> {
  if (deeperThan(result, MAX_DEPTH)) {
    throw new Failure(
      'answer_too_deep',
      `The answer of ${oneLine(tool.name, MAX_NAME)} is nested more than ${MAX_DEPTH} levels deep. Tell who runs the server.`,
    );
  }
  const failed = result.isError === true;
  if (failed) process.exitCode = EXIT.failed;
  const saved = await saveAll(result, tool.name, save);
  if (output !== undefined) await print(output, { value: result, names: [], people: () => '' });
  else writeText(failed ? process.stderr : process.stdout, textOf(result, saved));
  if (!failed) noteMisfit(result, tool);
}

type Saved = ReadonlyMap<object, SavedFile>;

async function saveAll({ content }: CallToolResult, tool: string, folder: string | undefined): Promise<Saved> {
  if (folder === undefined) return new Map();
  const found = content.flatMap((part) => {
    const binary = binaryIn(part);
    return binary ? [{ part, binary }] : [];
  });
  const files = await saveFiles(
    folder,
    tool,
    found.map(({ binary }) => binary),
  );
  return new Map(found.flatMap(({ part }, index) => (files[index] ? [[part, files[index]]] : [])));
}

/** Text is what is meant for reading; structured content repeats it for programs, and is shown where there is nothing else. */
function textOf({ content, structuredContent, isError }: CallToolResult, saved: Saved): string {
  const lines = content.map((part) => contentText(part, saved.get(part)));
  if (structuredContent !== undefined && content.every(({ type }) => type !== 'text')) {
    lines.push(JSON.stringify(structuredContent, undefined, 2));
  }
  return lines.length === 0 && isError ? 'The tool failed and did not say why.' : lines.join('\n');
}

/** A terminal obeys what it is shown, and a server's text is a stranger's; a file gets the text as it came. */
function writeText(stream: NodeJS.WriteStream, text: string): void {
  if (text === '') return;
  const shown = stream.isTTY ? harmless(text) : text;
  stream.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

/** The answer is shown all the same; programs would refuse it. */
function noteMisfit({ structuredContent }: CallToolResult, { outputSchema }: Tool): void {
  if (!outputSchema) return;
  const problem =
    structuredContent === undefined ? 'it is missing' : misfit(outputSchema, structuredContent, 'the object');
  if (problem === undefined) return;
  process.stderr.write(`note: the structured content does not fit the tool's output schema: ${problem}\n`);
}
