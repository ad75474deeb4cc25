import { providerSettings, type ProviderSettings } from '../providers/provider-settings.ts';

const SEARCH_PROVIDERS = {
  // Everybody runs their own.
  searxng: { needsKey: false },
  brave: { default: 'https://api.search.brave.com', needsKey: true },
  tavily: { default: 'https://api.tavily.com', needsKey: true },
} as const;

export type SearchSettings = ProviderSettings<keyof typeof SEARCH_PROVIDERS>;

/** Who finds pages; undefined where nobody is named. Throws a `Failure` (`bad_environment`). */
export const searchSettings = (env: NodeJS.ProcessEnv): SearchSettings | undefined =>
  providerSettings(env, 'MOORING_CONTENT_SEARCH', SEARCH_PROVIDERS);
