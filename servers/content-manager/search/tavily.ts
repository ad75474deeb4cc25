import { z } from 'zod';
import type { SearchProvider } from './search-provider.ts';

/** Most results of one call. */
const MAX_COUNT = 20;

/** https://docs.tavily.com/documentation/api-reference/endpoint/search */
export const tavily: SearchProvider = {
  request: ({ words, count, key = '' }) => ({
    path: 'search',
    headers: { authorization: `Bearer ${key}` },
    body: { query: words, max_results: Math.min(count, MAX_COUNT) },
  }),
  addresses: z
    .object({ results: z.array(z.object({ url: z.string() })) })
    .transform(({ results }) => results.map(({ url }) => url)),
};
