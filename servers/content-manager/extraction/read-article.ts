import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { blockText, type TextNode } from './block-text.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import type { Article, ExtractionJob } from './extraction.ts';
import { readDate } from './read-date.ts';

/** Elements of a page: the largest specifications have 100,000. */
const MAX_ELEMENTS = 100_000;
/** Characters of an article: a hundred pages of a book. */
const MAX_TEXT = 200_000;
const MAX_TITLE = 300;
const MAX_NAME = 200;

/** The article of an HTML page. Throws where the page is no article. */
export function readArticle({ text, url }: ExtractionJob): Article {
  // Its tags may be left out (HTML, "optional tags"); this parser does not put them in, and Readability wants a body.
  const { document } = parseHTML(/<body[\s>]/i.test(text) ? text : `<html><body>${text}</body></html>`);
  const meta = (name: string): string | undefined =>
    document.querySelector(`meta[property="${name}"], meta[name="${name}"]`)?.getAttribute('content') ?? undefined;
  const about = {
    canonical: canonicalOf(document.querySelector('link[rel="canonical"]')?.getAttribute('href'), url),
    // Readability takes what it leaves out of the document, so these are read before.
    published: meta('article:published_time') ?? document.querySelector('time[datetime]')?.getAttribute('datetime'),
    language: document.documentElement?.getAttribute('lang') ?? undefined,
    heading: document.querySelector('title')?.textContent || document.querySelector('h1')?.textContent,
  };
  const article = new Readability<TextNode>(document, {
    maxElemsToParse: MAX_ELEMENTS,
    serializer: (element) => element,
  }).parse();
  const body = article?.content ? cleanText(blockText(article.content)).slice(0, MAX_TEXT).toWellFormed() : '';
  if (!article || body === '') throw new Error('there is no article in it');
  const { hostname } = new URL(url);
  const author = article.byline ? cleanLine(article.byline, MAX_NAME) : '';
  return {
    kind: 'article',
    title: cleanLine(article.title || about.heading || hostname, MAX_TITLE),
    site: cleanLine(article.siteName || hostname.replace(/^www\./, ''), MAX_NAME),
    author: author || undefined,
    published: readDate(article.publishedTime ?? about.published),
    language: /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.exec(about.language ?? '')?.[0],
    canonical: about.canonical,
    text: body,
  };
}

/** Only on the same host: else a page could pass for a page of somebody else. */
function canonicalOf(href: string | null | undefined, base: string): string | undefined {
  if (!href || !URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return /^https?:$/.test(url.protocol) && url.host === new URL(base).host ? url.href : undefined;
}

/** A page that is text and nothing else. */
export function readPlainText({ text, url }: ExtractionJob): Article {
  const body = cleanText(text.replaceAll(/\r\n?/g, '\n')).slice(0, MAX_TEXT).trim().toWellFormed();
  if (body === '') throw new Error('it is empty');
  const { hostname } = new URL(url);
  const [first = ''] = body.split('\n', 1);
  return { kind: 'article', title: cleanLine(first || hostname, MAX_TITLE), site: hostname, text: body };
}
