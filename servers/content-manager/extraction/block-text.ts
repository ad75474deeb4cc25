/** The part of the DOM that is needed; the library's own types are those of a browser. */
export interface TextNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly firstChild: TextNode | null;
  readonly nextSibling: TextNode | null;
  readonly parentNode: TextNode | null;
}

const ELEMENT = 1;
const TEXT = 3;
const BLOCKS =
  /^(address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|td|th|tr|ul)$/i;
const SILENT = /^(script|style|noscript|template|svg|iframe)$/i;

/** Text of an element with an empty line between its blocks. Without recursion: strangers choose the depth. */
export function blockText(root: TextNode): string {
  const blocks: string[] = [];
  let line = '';
  const endBlock = (): void => {
    const text = line.replaceAll(/\s+/g, ' ').trim();
    if (text !== '') blocks.push(text);
    line = '';
  };
  const isBlock = (node: TextNode): boolean => node.nodeType === ELEMENT && BLOCKS.test(node.nodeName);

  let node: TextNode | null = root;
  while (node) {
    if (isBlock(node)) endBlock();
    if (node.nodeType === TEXT) line += node.textContent ?? '';
    const inner: TextNode | null = SILENT.test(node.nodeName) ? null : node.firstChild;
    if (inner) {
      node = inner;
      continue;
    }
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode;
      if (node && isBlock(node)) endBlock();
    }
    node = node && node !== root ? node.nextSibling : null;
  }
  endBlock();
  return blocks.join('\n\n');
}
