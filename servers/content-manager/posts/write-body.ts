import type { AskClient } from '../../kit/index.ts';
import type { Research } from '../research/research-store.ts';
import { writingTask } from './outline.ts';

/** Tokens of a long post: 2,500 words. */
const MAX_TOKENS = 4000;

/** The body as the model behind the client writes it; undefined where the client lends none. */
export async function writeBody(client: AskClient, title: string, research: Research): Promise<string | undefined> {
  if (!client.sample) return undefined;
  const { system, prompt } = writingTask(title, research);
  const { text } = await client.sample('body', {
    systemPrompt: system,
    messages: [{ role: 'user', text: prompt }],
    maxTokens: MAX_TOKENS,
  });
  return text.trim() === '' ? undefined : text;
}
