import type { ContentBlock, Icon } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { ToolContext } from './call-context.ts';

/** How a tool behaves, all four said: what is left out has a default in the specification that is rarely meant. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  /** Whether a change may destroy what was there; false for changes that only add. */
  readonly destructiveHint: boolean;
  /** Whether a second call with the same arguments changes nothing more. */
  readonly idempotentHint: boolean;
  /** Whether it deals with an open world (the web), not only with data of this server. */
  readonly openWorldHint: boolean;
}

/** What shows the results of a tool (MCP Apps, "Resource Discovery"). */
export interface ToolUi {
  /** Name of an app of this server (`defineApp`). */
  readonly app: string;
  /** Who may call the tool: the model, the app, or both (default). */
  readonly visibility?: readonly ('model' | 'app')[];
}

interface ToolDescription {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it does, when to use it, what comes back. */
  readonly description: string;
  readonly annotations: ToolHints;
  readonly icons?: readonly Icon[];
  /** Scopes of the caller that a call needs, all of them; checked before the handler. */
  readonly scopes?: readonly string[];
  readonly ui?: ToolUi;
  /**
   * Whether the handler asks the client (`context.client`). Clients of the legacy era that can answer get a session then,
   * which binds them to one replica.
   */
  readonly asksClient?: boolean;
  /** Whether the handler gets the caller's signed identity (`context.identityToken`), to act for them towards Mooring. */
  readonly actsForCaller?: boolean;
}

export interface ToolDefinition<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  Services,
> extends ToolDescription {
  readonly input: Input;
  /** What leaves is exactly this: other fields are dropped, and a mismatch is a bug. */
  readonly output: Output;
  /** The result for clients that show no structured content. Default: its JSON. */
  readonly content?: (output: z.output<Output>) => string | ContentBlock[];
  readonly handler: (input: z.output<Input>, context: ToolContext<Services>) => Promise<z.input<Output>>;
}

/** A tool whose schemas are known at run time only; `Services` is what its handler needs. */
export interface Tool<Services> extends ToolDescription {
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** `output` has passed the output schema. */
  readonly content?: (output: Record<string, unknown>) => string | ContentBlock[];
  /** `input` has passed the input schema. */
  readonly handler: (input: unknown, context: ToolContext<Services>) => Promise<unknown>;
}

/** Defines a tool: one file, one tool. The handler throws `ToolFailure` for what the caller can do something about. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Services = object>({
  content,
  handler,
  ...definition
}: ToolDefinition<Input, Output, Services>): Tool<Services> {
  return Object.freeze({
    ...definition,
    ...(content && { content: (output: Record<string, unknown>) => content(output as z.output<Output>) }),
    handler: async (input: unknown, context: ToolContext<Services>) => handler(input as z.output<Input>, context),
  });
}
