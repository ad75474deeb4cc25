import { DOMParser } from 'linkedom';
import { cleanLine } from './clean-text.ts';
import type { ExtractionJob, Feed, FeedItem } from './extraction.ts';
import { readDate } from './read-date.ts';

/** Entries that are looked at; the newest stand first by custom. */
const MAX_ITEMS = 200;
const MAX_TITLE = 300;
/** Where the root element of a feed stands: behind the declaration, comments and a stylesheet. */
const HEAD = 4096;

/** RSS 2.0, RSS 1.0 (RDF) or Atom (RFC 4287), by its root element: the types that servers send are rarely right. */
export const isFeed = ({ text }: ExtractionJob): boolean =>
  /^\s*(<\?xml|<!--|<rss|<feed|<rdf:RDF)/i.test(text.slice(0, HEAD)) &&
  /<(rss|feed|rdf:RDF)[\s>]/i.test(text.slice(0, HEAD));

/** The entries of a feed. The parser knows no entities of a document's own, so there is nothing to expand. */
export function readFeed({ text, url }: ExtractionJob): Feed {
  const document = new DOMParser().parseFromString(text, 'text/xml');
  const items: FeedItem[] = [];
  for (const entry of document.querySelectorAll('item, entry')) {
    if (items.length === MAX_ITEMS) break;
    const value = (...names: string[]): string | undefined =>
      [...entry.children].find((child) => names.includes(child.tagName.toLowerCase()))?.textContent ?? undefined;
    const links = [...entry.children].filter((child) => child.tagName.toLowerCase() === 'link');
    // RFC 4287 section 4.2.7.2: a link without `rel` is an alternate.
    const link = links.find((each) => (each.getAttribute('rel') ?? 'alternate') === 'alternate');
    const address = (link?.getAttribute('href') ?? link?.textContent ?? '').trim();
    if (address === '' || !URL.canParse(address, url)) continue;
    const target = new URL(address, url);
    if (!/^https?:$/.test(target.protocol)) continue;
    items.push({
      url: target.href,
      title: cleanLine(value('title') ?? '', MAX_TITLE) || target.hostname,
      published: readDate(value('pubdate', 'published', 'updated', 'dc:date')),
    });
  }
  const title = document.querySelector('channel > title, feed > title')?.textContent ?? '';
  return {
    kind: 'feed',
    title: cleanLine(title, MAX_TITLE) || new URL(url).hostname,
    items: items.toSorted((a, b) => (b.published ?? '').localeCompare(a.published ?? '')),
  };
}
