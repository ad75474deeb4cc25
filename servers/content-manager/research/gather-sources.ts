import type { Article, Feed } from '../extraction/extraction.ts';
import type { Extractor } from '../extraction/extractor.ts';
import type { Progress } from '../../kit/index.ts';
import { canonicalUrl } from '../web/canonical-url.ts';
import { FetchProblem } from '../web/fetch-problem.ts';
import type { PageReader } from '../web/page-reader.ts';
import { fingerprint, isSameText, type Fingerprint } from './similarity.ts';
import { wordsOf } from './words.ts';

/** Pages that are fetched at once: more would be many for one small site. */
const AT_ONCE = 4;
/** Entries of a feed that are read. */
const FROM_FEED = 5;

export interface GatheredSource {
  readonly url: string;
  readonly fetchedAt: Date;
  readonly article: Article;
}

export interface Skipped {
  readonly url: string;
  readonly reason: string;
}

export interface Gathered {
  readonly sources: readonly GatheredSource[];
  readonly skipped: readonly Skipped[];
}

export interface GatherOptions {
  readonly topic: string;
  /** Pages and feeds, the most wanted first. */
  readonly urls: readonly string[];
  readonly maxSources: number;
  readonly pages: PageReader;
  readonly extractor: Extractor;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

interface Wanted {
  readonly url: string;
  /** Whether a feed led to it, and not the caller. */
  readonly isEntry: boolean;
}

/** Reads pages, and the fitting entries of feeds, until there are enough different sources. */
export async function gatherSources(options: GatherOptions): Promise<Gathered> {
  const { topic, maxSources, pages, extractor, signal, progress } = options;
  const sources: GatheredSource[] = [];
  const skipped: Skipped[] = [];
  const prints: Fingerprint[] = [];
  const seen = new Set<string>();
  const waiting: Wanted[] = options.urls.map((url) => ({ url, isEntry: false }));
  let read = 0;

  function add(url: string, fetchedAt: Date, article: Article): void {
    // `url` has been seen as it was asked for; a redirect and the page's own word may name one that was seen before.
    const names = [url, ...(article.canonical === undefined ? [] : [article.canonical])].map(canonicalUrl);
    const known = sources.findIndex((source) => names.some((name) => namesOf(source).includes(name)));
    const print = fingerprint(article.text);
    const same = known >= 0 ? known : prints.findIndex((other) => isSameText(print, other));
    if (same >= 0) {
      skipped.push({ url, reason: `it is the same text as source ${same + 1}` });
    } else if (sources.length < maxSources) {
      sources.push({ url, fetchedAt, article });
      prints.push(print);
    }
  }

  async function visit({ url, isEntry }: Wanted): Promise<(() => void) | undefined> {
    try {
      const page = await pages.read(new URL(url), extractor, signal);
      const { extraction } = page;
      if (extraction.kind === 'article') return () => add(page.url, page.fetchedAt, extraction);
      // Feeds that lead to feeds need not end.
      if (isEntry) throw new FetchProblem('it is a feed, to which another feed leads');
      const entries = fittingItems(extraction, topic).map((entry) => ({ url: entry, isEntry: true }));
      return () => void waiting.push(...entries);
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error;
      return () => void skipped.push({ url, reason: error.message });
    } finally {
      read += 1;
      progress({ progress: read, total: read + waiting.length, message: `Read ${new URL(url).hostname}` });
    }
  }

  while (waiting.length > 0 && sources.length < maxSources) {
    const batch: Wanted[] = [];
    while (batch.length < AT_ONCE) {
      const next = waiting.shift();
      if (!next) break;
      const name = canonicalUrl(next.url);
      if (!seen.has(name)) batch.push(next);
      seen.add(name);
    }
    // What was read is taken in the order it was asked for, so that the same question has the same answer.
    for (const take of await Promise.all(batch.map(visit))) take?.();
  }
  return { sources, skipped };
}

const namesOf = ({ url, article }: GatheredSource): readonly string[] =>
  [url, article.canonical ?? url].map(canonicalUrl);

/** The entries whose titles have most words of the topic; among equals the newest, which stand first. */
function fittingItems({ items }: Feed, topic: string): string[] {
  const wanted = new Set(wordsOf(topic));
  const hits = (title: string): number => wordsOf(title).filter((word) => wanted.has(word)).length;
  return items
    .map(({ url, title }) => ({ url, hits: hits(title) }))
    .toSorted((a, b) => b.hits - a.hits)
    .slice(0, FROM_FEED)
    .map(({ url }) => url);
}
