import { MAX_RETRIES } from '../providers/ask-provider.ts';
import { providerFetch } from '../providers/provider-fetch.ts';
import type { TextSettings } from './text-settings.ts';
import type { WritingTask, Written } from './writing-task.ts';

/** Messages API. Rejects with an error of the SDK. */
export async function writeWithAnthropic(
  { url, key = '', timeout, model, maxTokens }: TextSettings,
  { system, prompt }: WritingTask,
  signal: AbortSignal,
): Promise<Written> {
  // Some MB: only where texts are written.
  const { Anthropic } = await import('@anthropic-ai/sdk');
  const client = new Anthropic({
    baseURL: url.href,
    apiKey: key,
    timeout,
    maxRetries: MAX_RETRIES,
    fetch: providerFetch(url),
    // It would log headers and bodies.
    logLevel: 'off',
  });
  const { content, stop_reason } = await client.messages.create(
    { model, max_tokens: maxTokens, system, messages: [{ role: 'user', content: prompt }] },
    { signal },
  );
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  if (stop_reason === 'refusal') return { text, ended: 'refused' };
  const isCut = stop_reason === 'max_tokens' || stop_reason === 'model_context_window_exceeded';
  return { text, ...(isCut && { ended: 'length' }) };
}
