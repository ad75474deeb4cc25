import type { z } from 'zod';

export interface SearchQuery {
  readonly words: string;
  readonly count: number;
  readonly key: string | undefined;
}

/** How one search API is asked, and what it answers. */
export interface SearchProvider {
  /** Path below the address of the API, query, headers and body. */
  readonly request: (query: SearchQuery) => {
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    /** JSON; makes it a POST. */
    readonly body?: object;
  };
  /** Reads addresses, the best first. */
  readonly addresses: z.ZodType<readonly string[]>;
}
