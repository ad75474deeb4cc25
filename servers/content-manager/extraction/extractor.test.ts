import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Article, Feed } from './extraction.ts';
import { startExtractor, type Extractor } from './extractor.ts';

let extractor: Extractor;
beforeEach(() => (extractor = startExtractor()));
afterEach(async () => extractor[Symbol.asyncDispose]());

const { signal } = new AbortController();
const extract = async (text: string, contentType = 'text/html') =>
  extractor.extract({ text, url: 'https://www.example.com/blog/tides', contentType }, signal);

const LONG = 'The sea rises and falls twice a day, and harbours plan by it, with tables, clocks, and care. '.repeat(6);

describe('an article', () => {
  test('is what somebody wrote, with what the page says of it', async () => {
    const article = (await extract(`<!doctype html><html lang="en-GB"><head><title>Tides explained</title>
      <meta property="og:site_name" content="Harbour   News"><meta name="author" content="Ada L.">
      <meta property="article:published_time" content="2026-03-01T10:00:00+01:00">
      <link rel="canonical" href="/blog/tides?page=1"></head><body><nav><a href="/">Home</a> Menu</nav>
      <article><h1>Tides explained</h1><p>${LONG}</p><p>Second <b>part</b>. ${LONG}</p>
      <script>alert("no")</script><ul><li>one</li><li>two</li></ul></article><footer>Imprint</footer></body></html>`)) as Article;
    expect(article).toMatchObject({
      kind: 'article',
      title: 'Tides explained',
      site: 'Harbour News',
      author: 'Ada L.',
      published: '2026-03-01T09:00:00.000Z',
      language: 'en-GB',
      canonical: 'https://www.example.com/blog/tides?page=1',
    });
    expect(article.text).toContain('care.\n\nSecond part. The sea');
    expect(article.text).toContain('one\n\ntwo');
    expect(article.text).not.toMatch(/alert|Menu|Imprint|</);
  });

  test('cannot pass for one of another host, nor hide characters', async () => {
    const article = (await extract(`<title>A\u202Eb\u0007</title><link rel="canonical" href="https://bank.example/">
      <article><p>${LONG}\u0000\u202E</p><p>${LONG}</p></article>`)) as Article;
    expect(article.canonical).toBeUndefined();
    expect(article.title + article.text).not.toMatch(/(?!\n)[\p{Cc}\u202E]/u);
  });

  test('of plain text is the text', async () => {
    expect(await extract('Tides\r\n\r\nThey rise.', 'text/plain')).toMatchObject({
      title: 'Tides',
      site: 'www.example.com',
      text: 'Tides\n\nThey rise.',
    });
  });

  test('is not there in an empty page', async () => {
    await expect(extract('<html><body></body></html>')).rejects.toThrow(/article/);
    await expect(extract('')).rejects.toThrow(/./);
  });
});

describe('a feed', () => {
  test('of RSS has its entries, the newest first', async () => {
    const feed = (await extract(
      `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
      <rss version="2.0"><channel><title>Harbour &amp; Sea</title><link>https://example.com/</link>
      <item><title>Old &b;</title><link>/old</link><pubDate>Mon, 05 Jan 2026 00:00:00 GMT</pubDate></item>
      <item><title><![CDATA[New]]></title><link>https://example.com/new</link><pubDate>Tue, 06 Jan 2026 00:00:00 GMT</pubDate></item>
      <item><title>Bad</title><link>javascript:alert(1)</link></item></channel></rss>`,
      'text/html',
    )) as Feed;
    expect(feed).toEqual({
      kind: 'feed',
      title: 'Harbour & Sea',
      items: [
        { url: 'https://example.com/new', title: 'New', published: '2026-01-06T00:00:00.000Z' },
        { url: 'https://www.example.com/old', title: 'Old &b;', published: '2026-01-05T00:00:00.000Z' },
      ],
    });
  });

  test('of Atom has the alternate links', async () => {
    const feed = (await extract(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Sea</title>
      <entry><title>One</title><link rel="edit" href="/edit"/><link href="/one"/><updated>2026-01-01T00:00:00Z</updated></entry>
      </feed>`)) as Feed;
    expect(feed.items).toEqual([
      { url: 'https://www.example.com/one', title: 'One', published: '2026-01-01T00:00:00.000Z' },
    ]);
  });
});

test('a page that keeps the parser busy is given up, and the next one is read', async () => {
  await using impatient = startExtractor(3000);
  const page = { url: 'https://example.com/', contentType: 'text/html' };
  const endless = impatient.extract({ ...page, text: '<div>'.repeat(200_000) }, signal);
  const next = impatient.extract({ ...page, text: 'Fine.', contentType: 'text/plain' }, signal);
  await expect(endless).rejects.toThrow(/it took too (long|much memory)/);
  expect(await next).toMatchObject({ text: 'Fine.' });
});

test('a caller who goes away ends the reading', async () => {
  const leaving = new AbortController();
  const reading = extractor.extract(
    { text: '<div>'.repeat(200_000), url: 'https://example.com/', contentType: 'text/html' },
    leaving.signal,
  );
  leaving.abort(new Error('gone'));
  await expect(reading).rejects.toThrow('gone');
});
