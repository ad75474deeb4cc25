import type { OpenAI } from 'openai';
import { MAX_RETRIES } from './ask-provider.ts';
import { providerFetch } from './provider-fetch.ts';
import type { ProviderSettings } from './provider-settings.ts';

/** The official client, for OpenAI and whoever has the same API. Its organization and project are those of the key. */
export async function openAiClient({ url, key, timeout }: ProviderSettings): Promise<OpenAI> {
  // Some MB: only where a provider is asked.
  const { OpenAI: Client } = await import('openai');
  return new Client({
    baseURL: url.href,
    apiKey: key ?? 'none',
    // Without a key nothing is said of one.
    ...(key === undefined && { defaultHeaders: { authorization: null } }),
    organization: null,
    project: null,
    timeout,
    maxRetries: MAX_RETRIES,
    fetch: providerFetch(url),
    // It would log headers and bodies.
    logLevel: 'off',
  });
}
