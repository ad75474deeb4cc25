import { inputRequired, type InputRequest } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import type {
  AskClient,
  FormAnswer,
  FormQuestion,
  SamplingAnswer,
  SamplingQuestion,
  UrlAnswer,
  UrlQuestion,
} from './ask-client.ts';
import type { ClientAbilities } from './client-abilities.ts';

/** A question as it goes to the client, and how its answer is read. */
export interface Question<Answer> {
  readonly request: InputRequest;
  /** Throws a `ToolFailure` for what does not fit. */
  readonly read: (response: unknown) => Answer;
}

export type Ask = <Answer>(key: string, question: Question<Answer>) => Promise<Answer>;

/** Those questions that the client can be asked. */
export const askClient = ({ form, url, sampling }: ClientAbilities, ask: Ask): AskClient => ({
  ...(form && {
    elicitForm: async <Form extends z.ZodObject>(key: string, question: FormQuestion<Form>) =>
      ask(key, formQuestion(question)),
  }),
  ...(url && { elicitUrl: async (key: string, question: UrlQuestion) => ask(key, urlQuestion(question)) }),
  ...(sampling && {
    sample: async (key: string, question: SamplingQuestion) => ask(key, samplingQuestion(question)),
  }),
});

const action = z.enum(['accept', 'decline', 'cancel']);
const Elicited = z.object({ action, content: z.unknown().optional() });

function formQuestion<Form extends z.ZodObject>({ message, form }: FormQuestion<Form>): Question<FormAnswer<Form>> {
  return {
    request: inputRequired.elicit({ message, requestedSchema: form }),
    read: (response) => {
      const answer = read(Elicited, response);
      return answer.action === 'accept'
        ? { action: 'accept', content: read(form, answer.content) }
        : { action: answer.action };
    },
  };
}

const urlQuestion = ({ message, url }: UrlQuestion): Question<UrlAnswer> => ({
  request: inputRequired.elicitUrl({ message, url }),
  read: (response) => read(Elicited, response).action,
});

const Block = z.looseObject({ type: z.string(), text: z.string().optional() });
const Created = z.object({
  model: z.string(),
  content: z.union([Block.transform((block) => [block]), z.array(Block)]),
  stopReason: z.string().optional(),
});

const samplingQuestion = ({ messages, models, ...rest }: SamplingQuestion): Question<SamplingAnswer> => ({
  request: inputRequired.createMessage({
    ...rest,
    messages: messages.map(({ role, text }) => ({ role, content: { type: 'text', text } })),
    ...(models && { modelPreferences: { hints: models.map((name) => ({ name })) } }),
  }),
  read: (response) => {
    const { content, model, stopReason } = read(Created, response);
    return { text: content.map(({ text = '' }) => text).join(''), model, stopReason };
  },
});

function read<Schema extends z.ZodType>(schema: Schema, response: unknown): z.output<Schema> {
  const parsed = schema.safeParse(response);
  if (parsed.success) return parsed.data;
  throw new ToolFailure(`The client's answer does not fit the question: ${z.prettifyError(parsed.error)}`);
}
