import { z } from 'zod';
import type { SearchProvider } from './search-provider.ts';

/** https://docs.searxng.org/dev/search_api.html; `search.formats` of its settings has to list `json`. */
export const searxng: SearchProvider = {
  request: ({ words, key }) => ({
    path: 'search',
    query: { q: words, format: 'json' },
    // It has no keys of its own; a proxy before it may want one.
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  }),
  addresses: z
    .object({ results: z.array(z.object({ url: z.string() })) })
    .transform(({ results }) => results.map(({ url }) => url)),
};
