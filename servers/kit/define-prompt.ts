import type { ContentBlock, Icon } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { ReadContext } from './call-context.ts';

export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  /** Text, or any block of MCP. */
  readonly content: string | ContentBlock;
}

interface PromptDescription {
  readonly name: string;
  /** For people, who choose prompts themselves. */
  readonly title: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
  /** Scopes of the caller that it needs, all of them. */
  readonly scopes?: readonly string[];
}

export interface PromptDefinition<Input extends z.ZodObject, Services> extends PromptDescription {
  /** Arguments are text on the wire: fields are strings, which may be transformed. */
  readonly input: Input;
  readonly handler: (input: z.output<Input>, context: ReadContext<Services>) => Promise<readonly PromptMessage[]>;
}

/** A prompt whose arguments are known at run time only. */
export interface Prompt<Services> extends PromptDescription {
  readonly input: z.ZodObject;
  /** `input` has passed the schema. */
  readonly handler: (input: unknown, context: ReadContext<Services>) => Promise<readonly PromptMessage[]>;
}

/** Defines a prompt: one file, one prompt. The handler throws `ToolFailure` for what the caller can do something about. */
export function definePrompt<Input extends z.ZodObject, Services = object>({
  handler,
  ...definition
}: PromptDefinition<Input, Services>): Prompt<Services> {
  return Object.freeze({
    ...definition,
    handler: async (input: unknown, context: ReadContext<Services>) => handler(input as z.output<Input>, context),
  });
}
