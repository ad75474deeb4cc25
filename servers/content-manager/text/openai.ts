import { openAiClient } from '../providers/open-ai-client.ts';
import type { TextSettings } from './text-settings.ts';
import type { WritingTask, Written } from './writing-task.ts';

/** Chat Completions, which is what "OpenAI-compatible" means everywhere. Rejects with an error of the SDK. */
export async function writeWithOpenAi(
  settings: TextSettings,
  { system, prompt }: WritingTask,
  signal: AbortSignal,
): Promise<Written> {
  const { url, model, maxTokens } = settings;
  const client = await openAiClient(settings);
  // OpenAI's newer models take the new name alone; others know the old one alone.
  const limit = url.hostname === 'api.openai.com' ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens };
  const { choices } = await client.chat.completions.create(
    {
      model,
      ...limit,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: prompt },
      ],
    },
    { signal },
  );
  const [choice] = choices;
  const text = choice?.message.content ?? '';
  if (choice?.finish_reason === 'length') return { text, ended: 'length' };
  return { text, ...(choice?.finish_reason === 'content_filter' && { ended: 'refused' }) };
}
