import { fstatSync } from 'node:fs';
import type { CallToolResult, Client, Progress } from '@modelcontextprotocol/client';
import { Failure } from '../../core/failure.ts';
import { answerElicitation } from '../elicitation/answer-elicitation.ts';
import { interruptible } from '../interruptible.ts';
import { withClient } from '../mcp/with-client.ts';
import { listTools, type Tool } from '../mcp/list-tools.ts';
import { progressLine } from '../output/progress-line.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { findTool } from '../tools/find-tool.ts';
import { toolArguments } from '../tools/tool-arguments.ts';
import { inputText } from './input-text.ts';
import { readArguments } from './read-arguments.ts';
import type { Arguments } from './set-in.ts';
import { writeResult, type ResultOptions } from './write-result.ts';

export interface CallOptions extends PlaceOptions, ResultOptions {
  readonly arg?: readonly string[];
  readonly json?: string;
  readonly scope?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/** Milliseconds: the most that timers take, which is 24 days. The SDK has a limit of a minute where none is given. */
const NO_LIMIT = 2 ** 31 - 1;

/** Calls a tool and shows what it answers. The exit code says whether the tool says that it failed. */
export async function callTool(name: string, toolName: string, options: CallOptions): Promise<void> {
  const progress = progressLine();
  const { tool, result } = await interruptible(async (signal) =>
    inPlace(options, async (place) => {
      const server = await findServer(place, name);
      const prepare = (client: Client): void =>
        answerElicitation(client, { server: name, beforeAsking: () => progress?.clear() });
      return withClient(place, server, { scope: options.scope, signal, prepare }, async (client) => {
        const found = findTool(await listTools(client, signal), toolName, name);
        const json =
          options.json ?? (options.arg === undefined && isPiped() && takesArguments(found) ? '-' : undefined);
        const args = await readArguments({ arg: options.arg ?? [], json }, found.inputSchema, inputText(signal));
        const answer = request(client, found, args, {
          signal,
          timeout: options.timeout,
          onProgress: progress && ((text) => progress.show(text)),
        });
        return { tool: found, result: await answer.finally(() => progress?.clear()) };
      });
    }),
  );
  await writeResult(result, tool, options);
}

interface RequestOptions {
  readonly signal: AbortSignal;
  /** Seconds, of the person's time as well where the server asks something. */
  readonly timeout: number | undefined;
  readonly onProgress: ((text: string) => void) | undefined;
}

async function request(
  client: Client,
  tool: Tool,
  args: Arguments,
  { signal, timeout, onProgress }: RequestOptions,
): Promise<CallToolResult> {
  const deadline = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
  // An answer that does not fit the output schema is shown with a note; the SDK would throw it away.
  const { outputSchema: _, ...toolDefinition } = tool;
  try {
    return await client.callTool(
      { name: tool.name, arguments: { ...args } },
      {
        toolDefinition,
        timeout: NO_LIMIT,
        signal: deadline ? AbortSignal.any([signal, deadline]) : signal,
        ...(onProgress && { onprogress: (said) => onProgress(progressText(said)) }),
      },
    );
  } catch (error) {
    if (!deadline?.aborted || signal.aborted) throw error;
    throw new Failure('timeout', `No answer within ${timeout} s; the server was told to stop. --timeout gives more.`);
  }
}

function progressText({ progress, total, message = '' }: Progress): string {
  const share = total !== undefined && total > 0 ? `${Math.round((progress / total) * 100)} %` : String(progress);
  return `${share} ${message}`;
}

const takesArguments = ({ inputSchema }: Tool): boolean => toolArguments(inputSchema).length > 0;

/** Whether stdin was given something: a pipe or a file. What is neither (a terminal, /dev/null) has no arguments in it. */
function isPiped(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    return false;
  }
}
