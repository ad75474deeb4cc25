import type { z } from 'zod';
import type { Identity } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';

/** What every tool gets; `ToolContext` adds the services of its server (a database, for example). */
export interface CallContext {
  /** Who calls, as the gateway says: no `subject` for anonymous callers. */
  readonly identity: Identity;
  /** Aborts when the client cancels, or goes away. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

export type ToolContext<Services = object> = CallContext & Services;

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

interface ToolDescription {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it does, when to use it, what comes back. */
  readonly description: string;
  readonly annotations: ToolHints;
  /** Scopes of the caller that a call needs, all of them; checked before the handler. */
  readonly scopes?: readonly string[];
}

export interface ToolDefinition<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  Services,
> extends ToolDescription {
  readonly input: Input;
  /** What leaves is exactly this: other fields are dropped, and a mismatch is a bug. */
  readonly output: Output;
  readonly handler: (input: z.output<Input>, context: ToolContext<Services>) => Promise<z.input<Output>>;
}

/** A tool whose schemas are known at run time only; `Services` is what its handler needs. */
export interface Tool<Services> extends ToolDescription {
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** `input` has passed the input schema. */
  readonly handler: (input: unknown, context: ToolContext<Services>) => Promise<unknown>;
}

/** Defines a tool: one file, one tool. The handler throws `ToolFailure` for what the caller can do something about. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Services = object>(
  definition: ToolDefinition<Input, Output, Services>,
): Tool<Services> {
  return Object.freeze({
    ...definition,
    handler: async (input: unknown, context: ToolContext<Services>) =>
      definition.handler(input as z.output<Input>, context),
  });
}
