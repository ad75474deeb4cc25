import type { CallToolResult } from '@modelcontextprotocol/server';
import { areTablesGone, isDatabaseAway } from '../../core/database-away.ts';
import { Failure } from '../../core/failure.ts';
import { databaseAway } from './database-away.ts';
import type { Tool, ToolContext } from './define-tool.ts';
import { ToolFailure } from './tool-failure.ts';

/** Calls a tool whose input was checked: scopes, handler, output schema. Never throws. */
export async function callTool<Services>(
  tool: Tool<Services>,
  input: unknown,
  context: ToolContext<Services>,
): Promise<CallToolResult> {
  try {
    requireScopes(tool, context);
    const output = tool.output.parse(await tool.handler(input, context));
    // Clients that do not know structured content read the same as text (MCP 2025-06-18, tools, structured content).
    return { content: [{ type: 'text', text: JSON.stringify(output) }], structuredContent: output };
  } catch (error) {
    return { content: [{ type: 'text', text: explained(error, tool.name, context) }], isError: true };
  }
}

/** The gateway has checked this already; a second lock for the day when its rules do not name this tool. */
function requireScopes<Services>({ scopes = [] }: Tool<Services>, { identity }: ToolContext<Services>): void {
  const missing = scopes.filter((scope) => !identity.scopes.includes(scope));
  if (missing.length === 0) return;
  const who = identity.subject === undefined ? 'Nobody is signed in' : 'The user has not allowed this';
  throw new ToolFailure(
    `${who}: this tool needs the scope ${missing.join(' ')}. Ask the user to sign in and allow it.`,
  );
}

/** What the caller may read of an error; the log gets the rest. */
function explained<Services>(error: unknown, tool: string, { log, signal }: ToolContext<Services>): string {
  if (error instanceof ToolFailure) {
    log.info({ tool, reason: error.message }, 'tool failed');
    return error.message;
  }
  if (signal.aborted) {
    log.info({ tool }, 'call cancelled');
    return 'The call was cancelled.';
  }
  const failure = asFailure(error);
  log.error(
    { tool, id: failure.id, code: failure.code, detail: failure.detail, err: failure.cause ?? failure },
    'call',
  );
  return `${failure.message} (error id ${failure.id})`;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isDatabaseAway(error) || areTablesGone(error)) return databaseAway(error);
  return new Failure('internal_error', 'The server met a bug. Report the error id to who runs it.', { cause: error });
}
