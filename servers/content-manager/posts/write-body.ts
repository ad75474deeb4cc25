import type { AskClient } from '../../kit/index.ts';
import type { Research } from '../research/research-store.ts';
import type { TextWriter } from '../text/text-writer.ts';
import { writingTask } from './outline.ts';

/** Tokens of a long post: 2,500 words. */
const MAX_TOKENS = 4000;

/** Who may write: the provider that is configured goes first. */
export interface Writers {
  readonly writer: TextWriter | undefined;
  readonly client: AskClient;
  readonly signal: AbortSignal;
}

/** The body as a model writes it, that of the provider or the one behind the client; undefined where there is neither. */
export async function writeBody(
  { writer, client, signal }: Writers,
  title: string,
  research: Research,
): Promise<string | undefined> {
  const task = writingTask(title, research);
  if (writer) return writer(task, signal);
  if (!client.sample) return undefined;
  const { text } = await client.sample('body', {
    systemPrompt: task.system,
    messages: [{ role: 'user', text: task.prompt }],
    maxTokens: MAX_TOKENS,
  });
  return text.trim() === '' ? undefined : text;
}
