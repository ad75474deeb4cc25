import type { Nodes } from 'mdast';
import sanitizeHtml from 'sanitize-html';
import { nodesOf, parseMarkdown, rangeOf } from './markdown-tree.ts';

/** HTML for which Markdown has no signs. No attributes: none of these needs one. */
const ALLOWED = {
  allowedTags: ['br', 'kbd', 'sub', 'sup', 'mark', 'abbr', 'details', 'summary'],
  allowedAttributes: {},
};
/** Rounds until nothing changes: what was taken away may have parted two halves of a tag. */
const MAX_ROUNDS = 5;

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly what: 'html' | 'link' | 'source';
}

export interface SanitizedMarkdown {
  readonly body: string;
  readonly removed: readonly Change['what'][];
}

/**
 * Markdown that is safe with a renderer that lets HTML and addresses through: what is not on the list is taken out, and so are the author's own
 * definitions of these footnotes. All of it together, until nothing changes: what is taken out afterwards could turn code into HTML.
 */
export function sanitizeMarkdown(markdown: string, labels: readonly number[] = []): SanitizedMarkdown {
  let body = withoutBlankEnds(markdown);
  const removed = new Set<Change['what']>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changes = changesOf(body, labels);
    if (changes.length === 0) return { body, removed: [...removed] };
    for (const { start, end, text, what } of changes.toReversed()) {
      body = body.slice(0, start) + text + body.slice(end);
      removed.add(what);
    }
    body = withoutBlankEnds(body);
  }
  // Somebody tries: then there is no HTML at all, and no link.
  return { body: body.replaceAll('<', '&lt;').replaceAll(/[[\]]/g, String.raw`\$&`), removed: ['html', 'link'] };
}

/** Whole lines only in front: four spaces make the first line code. */
const withoutBlankEnds = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();

/** In the order of the text, none inside another. */
function changesOf(body: string, labels: readonly number[]): Change[] {
  const tree = parseMarkdown(body);
  const changes: Change[] = [];
  for (const node of nodesOf(tree)) {
    const range = rangeOf(node);
    if (range.start < (changes.at(-1)?.end ?? 0)) continue;
    const change = changeOf(node, body, labels);
    if (change && change.text !== body.slice(range.start, range.end)) changes.push({ ...range, ...change });
  }
  return changes;
}

function changeOf(node: Nodes, body: string, labels: readonly number[]): Pick<Change, 'text' | 'what'> | undefined {
  // What source 1 is, the research says.
  if (node.type === 'footnoteDefinition' && labels.includes(Number(node.identifier)))
    return { text: '', what: 'source' };
  if (node.type === 'html') return { text: allowedHtml(node.value), what: 'html' };
  if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return undefined;
  if (isSafeAddress(node.url)) return undefined;
  return { text: node.type === 'link' ? innerSource(node.children, body) : '', what: 'link' };
}

/** One tag of a pair stands alone here, so it is looked at as a tag: sanitize-html would close it, or drop its end. */
function allowedHtml(html: string): string {
  const single = /^<(\/?)([a-z]+)\s*\/?>$/i.exec(html);
  if (single?.[2] !== undefined && ALLOWED.allowedTags.includes(single[2].toLowerCase())) return html;
  return sanitizeHtml(html, ALLOWED);
}

function innerSource(children: readonly Nodes[], body: string): string {
  const [first, last] = [children.at(0), children.at(-1)];
  return first && last ? body.slice(rangeOf(first).start, rangeOf(last).end) : '';
}

/** Web, mail, and places of the same site; a scheme may hide behind what browsers skip. */
function isSafeAddress(address: string): boolean {
  const scheme = /^([^/?#:]*):/.exec(address.replaceAll(/[\p{Cc} ]/gu, ''))?.[1];
  return scheme === undefined || /^(https?|mailto)$/i.test(scheme);
}
