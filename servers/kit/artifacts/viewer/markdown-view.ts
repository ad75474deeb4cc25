import { lexer, type Token, type Tokens } from 'marked';
import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';
import { link, type OpenLink } from './link.ts';

/** Nesting that is followed: deeper Markdown is shown as its text. */
const MAX_DEPTH = 20;

/**
 * Markdown as nodes, made one by one from marked's tokens. HTML in it is shown as text, images as their description: a
 * document from somewhere must not run, load or imitate anything.
 */
export const markdownView = ({ text }: Extract<Artifact, { type: 'markdown' }>, openLink: OpenLink): HTMLElement =>
  element('div', { class: 'prose' }, ...nodes(lexer(text), openLink, 0));

const nodes = (tokens: readonly Token[] | undefined, openLink: OpenLink, depth: number): Node[] =>
  (tokens ?? []).flatMap((token) => node(token, openLink, depth));

/** By type of token; what is not among them is text. */
const MAKERS: {
  readonly [Type in string]?: (token: never, children: () => Node[], openLink: OpenLink) => Node | Node[];
} = {
  space: () => [],
  def: () => [],
  escape: ({ text }: Tokens.Escape) => new Text(text),
  hr: () => element('hr'),
  br: () => element('br'),
  // The page has its own first heading.
  heading: ({ depth }: Tokens.Heading, children) => element(`h${Math.min(depth + 1, 6)}` as 'h2', {}, ...children()),
  paragraph: (_: Tokens.Paragraph, children) => element('p', {}, ...children()),
  text: (token: Tokens.Text, children) => (token.tokens ? children() : [new Text(withCharacters(token.text))]),
  strong: (_: Tokens.Strong, children) => element('strong', {}, ...children()),
  em: (_: Tokens.Em, children) => element('em', {}, ...children()),
  del: (_: Tokens.Del, children) => element('s', {}, ...children()),
  codespan: ({ text }: Tokens.Codespan) => element('code', {}, text),
  code: ({ text }: Tokens.Code) => element('pre', { class: 'scroll', tabindex: 0 }, element('code', {}, text)),
  blockquote: (_: Tokens.Blockquote, children) => element('blockquote', {}, ...children()),
  link: ({ href }: Tokens.Link, children, openLink) => link(href, element('span', {}, ...children()), openLink),
  image: ({ text, href }: Tokens.Image) => element('span', { class: 'quiet' }, `[image: ${text || href}]`),
};

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** Replaces the character references that people write; marked leaves them to the browser's parser, which sees none of this. */
const withCharacters = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|(\w{2,6}));/g, (whole, code?: string, name = '') =>
    code === undefined ? (CHARACTERS[name] ?? whole) : String.fromCodePoint(Math.min(Number(code), 0x10_ff_ff)),
  );

function node(token: Token, openLink: OpenLink, depth: number): Node | Node[] {
  if (depth > MAX_DEPTH) return new Text(token.raw);
  if (token.type === 'list') return listNode(token as Tokens.List, openLink, depth);
  if (token.type === 'table') return tableNode(token as Tokens.Table, openLink, depth);
  const children = () => nodes('tokens' in token ? token.tokens : undefined, openLink, depth + 1);
  return MAKERS[token.type]?.(token as never, children, openLink) ?? new Text(token.raw);
}

function listNode({ ordered, start, items }: Tokens.List, openLink: OpenLink, depth: number): Node {
  const entries = items.map(({ tokens, task, checked }) => {
    const box = task
      ? [element('span', { role: 'img', 'aria-label': checked ? 'done' : 'to do' }, checked ? '☑ ' : '☐ ')]
      : [];
    const shown = tokens.filter(({ type }) => type !== 'checkbox');
    return element('li', {}, ...box, ...nodes(shown, openLink, depth + 1));
  });
  return ordered
    ? element('ol', typeof start === 'number' && start !== 1 ? { start } : {}, ...entries)
    : element('ul', {}, ...entries);
}

function tableNode({ header, rows }: Tokens.Table, openLink: OpenLink, depth: number): Node {
  const head = header.map(({ tokens }) => element('th', { scope: 'col' }, ...nodes(tokens, openLink, depth + 1)));
  const body = rows.map((row) =>
    element('tr', {}, ...row.map(({ tokens }) => element('td', {}, ...nodes(tokens, openLink, depth + 1)))),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' }, table);
}
