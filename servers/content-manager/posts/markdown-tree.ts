import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A piece of the source of a node. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A Markdown text (CommonMark with GFM) as a tree, and where its text begins in what the positions count. */
export interface MarkdownTree {
  readonly root: Root;
  readonly source: string;
  readonly bodyStart: number;
}

/**
 * Parses a body that may cite footnotes of these labels. A reference is one only where its definition is, so they stand before
 * the body, ended by a line that nothing can go on from.
 */
export function parseMarkdown(body: string, labels: readonly number[] = []): MarkdownTree {
  const prefix = labels.length === 0 ? '' : `${labels.map((label) => `[^${label}]: x\n`).join('')}\n***\n\n`;
  const source = prefix + body;
  const root = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return { root, source, bodyStart: prefix.length };
}

export const rangeOf = ({ position }: Nodes): Range => ({
  start: position?.start.offset ?? 0,
  end: position?.end.offset ?? 0,
});

/** Every node of the body, parents first. Without recursion: callers choose the depth. */
export function* nodesOf({ root, bodyStart }: MarkdownTree): Generator<Nodes> {
  const waiting: Nodes[] = [...root.children].filter((node) => rangeOf(node).start >= bodyStart).toReversed();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    if ('children' in node) waiting.push(...node.children.toReversed());
  }
}

/** Text of a node as it is read. */
export function plainText(node: Nodes): string {
  let text = '';
  for (const inner of nodesOf({ root: { type: 'root', children: [node as never] }, source: '', bodyStart: 0 })) {
    if (inner.type === 'text' || inner.type === 'inlineCode' || inner.type === 'code') text += inner.value;
    else if (inner.type === 'break' || inner.type === 'paragraph') text += ' ';
  }
  return text;
}
