import type { CitedSource } from '../tables.ts';
import { readingMinutes } from './post-text.ts';
import type { Post } from './post-store.ts';

/** A post as static site generators take it: YAML front matter, the body, and the sources as footnotes. */
export async function postMarkdown(
  post: Post,
  image?: { readonly file: string; readonly alt: string },
): Promise<string> {
  // Only where there are posts to show: an idle server stays small.
  const { stringify } = await import('yaml');
  const { title, slug, summary, tags, status, version, words, sources, body, publishedAt, createdAt, updatedAt } = post;
  const frontMatter = stringify({
    title,
    slug,
    date: (publishedAt ?? createdAt).toISOString(),
    updated: updatedAt.toISOString(),
    draft: status === 'draft',
    version,
    summary,
    tags,
    words,
    readingMinutes: readingMinutes(words),
    ...(image && { image: image.file, imageAlt: image.alt }),
    sources: sources.map(({ number, url }) => ({ number, url })),
  });
  const footnotes = sources.map(footnote).join('\n');
  return `---\n${frontMatter}---\n\n${body}\n${footnotes && `\n${footnotes}\n`}`;
}

const footnote = ({ number, url, title, site, published }: CitedSource): string =>
  `[^${number}]: [${escaped(title)}](<${url}>), ${escaped(site)}${published === undefined ? '' : `, ${published.slice(0, 10)}`}`;

/** What strangers call their pages is text, not markup (CommonMark section 2.4). */
const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>()#!|~&]/g, String.raw`\$&`);
