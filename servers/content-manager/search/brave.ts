import { z } from 'zod';
import type { SearchProvider } from './search-provider.ts';

/** Most results of one call. */
const MAX_COUNT = 20;
/** Characters and words of a query. */
const MAX_CHARACTERS = 400;
const MAX_WORDS = 50;

/** https://api-dashboard.search.brave.com/app/documentation/web-search */
export const brave: SearchProvider = {
  request: ({ words, count, key = '' }) => ({
    path: 'res/v1/web/search',
    query: {
      q: words.split(/\s+/).slice(0, MAX_WORDS).join(' ').slice(0, MAX_CHARACTERS),
      count: String(Math.min(count, MAX_COUNT)),
    },
    headers: { 'x-subscription-token': key },
  }),
  // `web` is missing where nothing was found.
  addresses: z
    .object({ web: z.object({ results: z.array(z.object({ url: z.string() })) }).optional() })
    .transform(({ web }) => (web?.results ?? []).map(({ url }) => url)),
};
