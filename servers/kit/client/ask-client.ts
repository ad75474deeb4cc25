import type { z } from 'zod';

/** What a person did with a form. */
export type FormAnswer<Form extends z.ZodObject> =
  | { readonly action: 'accept'; readonly content: z.output<Form> }
  | { readonly action: 'decline' | 'cancel' };

/** Whether a person went along with a link. It says nothing of what they did there: look for yourself. */
export type UrlAnswer = 'accept' | 'decline' | 'cancel';

export interface FormQuestion<Form extends z.ZodObject> {
  /** For the person: what is asked, and why. Never ask for a secret in a form: it would pass through the client's logs. */
  readonly message: string;
  /** Flat: text, numbers, booleans and enums (MCP, "Elicitation", requested schema). */
  readonly form: Form;
}

export interface UrlQuestion {
  readonly message: string;
  readonly url: string;
}

/** Work for the model behind the client (MCP, "Sampling"). */
export interface SamplingQuestion {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly systemPrompt?: string;
  /** Tokens of the answer, at most. */
  readonly maxTokens: number;
  readonly temperature?: number;
  /** Names of models that would suit, the best first; the client decides. */
  readonly models?: readonly string[];
}

/** What the model said: it came from the client, so it is to be trusted no more than any input. */
export interface SamplingAnswer {
  readonly text: string;
  readonly model: string;
  readonly stopReason?: string | undefined;
}

/**
 * Questions to who is behind the client. `key` names the question within one call. In the 2026-07-28 era a question ends the
 * run of the handler, which is run again from its beginning when the answer is there; so what comes before a question must
 * be safe to do again, or be done in `once`. A member is absent where the client cannot do it, and all are in tools
 * that do not say `asksClient`. A question that gets no answer, or no fitting one, is a `ToolFailure`.
 */
export interface AskClient {
  readonly elicitForm?: <Form extends z.ZodObject>(
    key: string,
    question: FormQuestion<Form>,
  ) => Promise<FormAnswer<Form>>;
  readonly elicitUrl?: (key: string, question: UrlQuestion) => Promise<UrlAnswer>;
  readonly sample?: (key: string, question: SamplingQuestion) => Promise<SamplingAnswer>;
}
