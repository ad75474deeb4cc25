import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import type { CallContext, ToolCallBasis, ToolContext } from './call-context.ts';
import type { ClientSide } from './client/client-side.ts';
import type { Tool } from './define-tool.ts';
import { explainError } from './explain-error.ts';
import { requireScopes } from './require-scopes.ts';
import type { Outcome } from './server-metrics.ts';

export interface ToolCall {
  readonly outcome: Outcome;
  readonly result: CallToolResult | InputRequiredResult;
}

/** Calls a tool whose input was checked: scopes, handler, output schema. `reach` says how to ask its client. Never throws. */
export async function callTool<Services>(
  tool: Tool<Services>,
  input: unknown,
  context: ToolCallBasis & Services,
  reach: () => ClientSide,
): Promise<ToolCall> {
  try {
    const { asked, ...side } = reach();
    const run = await runHandler(tool, input, { ...context, ...side });
    // A question unwinds the handler by an error, and the handler may have caught it: so it is looked for in any case.
    const question = await asked();
    return question ? { outcome: 'asked', result: question } : run();
  } catch (error) {
    return failed(tool, error, context);
  }
}

/** Answers how the run is told, so that a run which is only interrupted is not. */
async function runHandler<Services>(
  tool: Tool<Services>,
  input: unknown,
  context: ToolContext<Services>,
): Promise<() => ToolCall> {
  try {
    requireScopes(tool.scopes, context.identity);
    const output = tool.output.parse(await tool.handler(input, context));
    return () => succeeded(tool, output);
  } catch (error) {
    return () => failed(tool, error, context);
  }
}

function succeeded<Services>({ content }: Tool<Services>, output: Record<string, unknown>): ToolCall {
  // Clients that do not know structured content read the same as text (MCP 2025-06-18, tools, structured content).
  const shown = content?.(output) ?? JSON.stringify(output);
  const blocks = typeof shown === 'string' ? [{ type: 'text' as const, text: shown }] : shown;
  return { outcome: 'ok', result: { content: blocks, structuredContent: output } };
}

function failed<Services>({ name }: Tool<Services>, error: unknown, context: CallContext): ToolCall {
  const { outcome, message } = explainError(error, { tool: name }, context);
  return { outcome, result: { content: [{ type: 'text', text: message }], isError: true } };
}
