import type { Extractor } from '../extraction/extractor.ts';
import { decodeText } from './decode-text.ts';
import { FetchProblem } from './fetch-problem.ts';
import type { WebFetcher } from './fetch-page.ts';
import type { PageCache, ReadPage } from './page-cache.ts';
import type { RobotsGate } from './robots-gate.ts';

/** Types that may hold an article or a feed. An empty one is looked into. */
const READABLE =
  /^(text\/(html|plain|markdown|xml)|application\/(xhtml\+xml|xml|rss\+xml|atom\+xml|rdf\+xml)|application\/octet-stream|$)/;

/** Reads pages that somebody asked for: from the cache where they are fresh there. */
export interface PageReader {
  /** Rejects with a FetchProblem. */
  read(url: URL, extractor: Extractor, signal: AbortSignal): Promise<ReadPage>;
}

export function pageReader(fetcher: WebFetcher, mayFetch: RobotsGate, cache: PageCache): PageReader {
  return {
    async read(url, extractor, signal) {
      const key = new URL(url);
      key.hash = '';
      const known = await cache.find(key.href);
      if (known) return known;
      const page = await fetcher.get(key, { signal, mayFetch: async (next) => mayFetch(next, signal) });
      if (page.status !== 200) throw new FetchProblem(`it answers with HTTP status ${page.status}`);
      if (!READABLE.test(page.contentType)) {
        const [type = ''] = page.contentType.split(';', 1);
        throw new FetchProblem(
          `it is ${type.replaceAll(/[^\w/+.-]/g, '').slice(0, 80)}, which is neither an article nor a feed`,
        );
      }
      const text = decodeText(page.bytes, page.contentType);
      const extraction = await extractor.extract({ text, url: page.url, contentType: page.contentType }, signal);
      const read: ReadPage = { url: page.url, fetchedAt: new Date(), extraction };
      await cache.keep(key.href, read);
      return read;
    },
  };
}
