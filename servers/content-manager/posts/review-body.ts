import type { Nodes } from 'mdast';
import { wordsOf } from '../research/words.ts';
import { nodesOf, parseMarkdown, plainText, rangeOf } from './markdown-tree.ts';
import type { PostProblem, Review, ReviewJob, ReviewSource } from './review.ts';
import { sanitizeMarkdown } from './sanitize-markdown.ts';

/** Problems that are told: more help nobody. */
const MAX_PROBLEMS = 50;

/** Cleans a body and looks at what it cites: every [^n] has a source, and what is quoted from a source stands there. */
export function reviewBody({ body: given, sources }: ReviewJob): Review {
  const problems: PostProblem[] = [];
  const labels = sources.map(({ number }) => number);
  const { body: clean, removed } = sanitizeMarkdown(given.replaceAll(/\r\n?/g, '\n'), labels);
  if (removed.includes('html'))
    warn('HTML was taken out; what Markdown cannot say may be br, kbd, sub, sup, mark, abbr.');
  if (removed.includes('link')) warn('Links that are not http, https or mailto were taken out.');
  const body = closeFence(clean);

  const tree = parseMarkdown(body, labels);
  const cited = new Set<number>();
  const links = new Set<string>();
  let lead: string | undefined;
  let text = '';
  for (const node of nodesOf(tree)) {
    if (node.type === 'footnoteReference' && labels.includes(Number(node.identifier)))
      cited.add(Number(node.identifier));
    if ((node.type === 'link' || node.type === 'definition') && /^https?:/i.test(node.url) && URL.canParse(node.url))
      links.add(new URL(node.url).href);
    if (node.type === 'text') for (const label of unknownCitations(node.value)) fail(`[^${label}] has no source.`);
    if (node.type === 'blockquote')
      for (const number of misquoted(node, sources))
        fail(`The quote "${plainText(node).trim().slice(0, 80)}" is not in source ${number}.`);
    if (node.type === 'paragraph') lead ??= plainText(node).trim();
    if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'code') text += `${plainText(node)}\n`;
  }
  if (sources.length > 0 && cited.size === 0) warn('No source is cited: write [^1] where source 1 says it.');
  return {
    body,
    problems: problems.slice(0, MAX_PROBLEMS),
    cited: [...cited].sort((a, b) => a - b),
    links: [...links],
    words: wordsOf(text).length,
    lead: lead ?? '',
  };

  function warn(message: string): void {
    problems.push({ level: 'warning', message });
  }
  function fail(message: string): void {
    problems.push({ level: 'error', message });
  }
}

/** A code block that is never closed would take in what is written behind the body. */
function closeFence(body: string): string {
  const last = parseMarkdown(body).root.children.at(-1);
  if (last?.type !== 'code') return body;
  const fence = /^(`{3,}|~{3,})/.exec(body.slice(rangeOf(last).start))?.[1];
  const lines = body.trimEnd().split('\n');
  const isClosed =
    lines.length > 1 && new RegExp(`^ {0,3}${fence?.[0]}{${fence?.length},}\\s*$`).test(lines.at(-1) ?? '');
  return fence === undefined || isClosed ? body : `${body}\n${fence}`;
}

const unknownCitations = (text: string): string[] =>
  [...text.matchAll(/\[\^([\w-]{1,20})\]/g)].map(([, label = '']) => label);

/** Sources that a block quote cites and that do not have its words in this order. */
function misquoted(quote: Nodes, sources: readonly ReviewSource[]): number[] {
  const words = comparable(plainText(quote));
  const nodes = nodesOf({ root: { type: 'root', children: [quote as never] }, source: '', bodyStart: 0 });
  const cited = new Set(
    Array.from(nodes).flatMap((node) => (node.type === 'footnoteReference' ? [Number(node.identifier)] : [])),
  );
  return sources
    .filter(({ number, text }) => text !== undefined && cited.has(number) && !comparable(text).includes(words))
    .map(({ number }) => number);
}

/** Words alone: quotation marks and dashes are set anew by everybody. */
const comparable = (text: string): string => ` ${wordsOf(text).join(' ')} `;
