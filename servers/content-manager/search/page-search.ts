import { askProvider } from '../providers/ask-provider.ts';
import { providerFetch } from '../providers/provider-fetch.ts';
import { brave } from './brave.ts';
import type { SearchSettings } from './search-settings.ts';
import { searxng } from './searxng.ts';
import { tavily } from './tavily.ts';

/** Finds pages by topic. */
export interface PageSearch {
  readonly provider: string;
  /** Addresses of strangers, the best first: they are fetched like those that callers send. Rejects with a `ToolFailure`. */
  find(words: string, count: number, signal: AbortSignal): Promise<readonly string[]>;
}

const PROVIDERS = { searxng, brave, tavily };
/** Characters, as of addresses that callers send. */
const MAX_URL = 2000;

/** The search that is configured; undefined where there is none. */
export function pageSearch(settings: SearchSettings | undefined): PageSearch | undefined {
  if (!settings) return undefined;
  const { name, url: base, key } = settings;
  const { request, addresses } = PROVIDERS[name];
  const ask = providerFetch(base);
  return {
    provider: name,
    find: async (words, count, signal) =>
      askProvider(settings, { signal, otherwise: 'Or send urls or feeds to read.' }, async (ending) => {
        const { path, query, headers, body } = request({ words, count, key });
        const url = new URL(`${base.href.replace(/\/$/, '')}/${path}?${new URLSearchParams(query).toString()}`);
        const response = await ask(url, {
          signal: ending,
          headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
          ...(body && { method: 'POST', body: JSON.stringify(body) }),
        });
        if (response.status !== 200) throw Object.assign(new Error('refused'), { status: response.status });
        return addresses
          .parse(await response.json())
          .filter(isPage)
          .slice(0, count);
      }),
  };
}

const isPage = (url: string): boolean =>
  url.length <= MAX_URL && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
