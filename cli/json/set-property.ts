import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

/**
 * The text of a JSON object, which may have comments and trailing commas, with `value` at `path` (two names at most). Nothing else changes, not
 * even spaces: the library's own `modify` formats the neighbours as well. The value is laid out as what stands around it.
 */
export function setProperty(text: string, [first, second]: readonly [string, string], value: unknown): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root) return text;
  const there = findNodeAtLocation(root, [first, second]);
  if (there) return replaced(text, there, value);
  const parent = findNodeAtLocation(root, [first]);
  return parent ? inserted(text, parent, second, value) : inserted(text, root, first, { [second]: value });
}

function replaced(text: string, { offset, length }: Node, value: unknown): string {
  const indent = indentAt(text, offset);
  return `${text.slice(0, offset)}${layOut(text, value, indent)}${text.slice(offset + length)}`;
}

/** The object with one more property, as its last. */
function inserted(text: string, object: Node, name: string, value: unknown): string {
  const last = object.children?.at(-1);
  return last ? afterLast(text, last, name, value) : asOnly(text, object, name, value);
}

function afterLast(text: string, last: Node, name: string, value: unknown): string {
  const end = last.offset + last.length;
  const indent = ownLine(text, last.offset);
  // A comment behind the last property stays with it.
  const [behind = '', comma] = /^(\s*,)?(?:[ \t]*\/\/[^\r\n]*)?/.exec(text.slice(end)) ?? [];
  const property = `${JSON.stringify(name)}:${indent === undefined ? '' : ' '}${layOut(text, value, indent)}`;
  const line = indent === undefined ? property : `${lineEnd(text)}${indent}${property}`;
  const head = comma === undefined ? `${text.slice(0, end)},${behind}` : `${text.slice(0, end)}${behind}`;
  return `${head}${line}${comma === undefined ? '' : ','}${text.slice(end + behind.length)}`;
}

function asOnly(text: string, { offset }: Node, name: string, value: unknown): string {
  const start = offset + 1;
  const [head, tail] = [text.slice(0, start), text.slice(start)];
  const isOneLine = !text.trim().includes('\n') && text.trim() !== '{}';
  if (isOneLine) return `${head}${JSON.stringify(name)}:${JSON.stringify(value)}${tail}`;
  const outer = indentAt(text, offset);
  const indent = outer + unitOf(text);
  const property = `${lineEnd(text)}${indent}${JSON.stringify(name)}: ${layOut(text, value, indent)}`;
  return `${head}${property}${tail.startsWith('}') ? `${lineEnd(text)}${outer}` : ''}${tail}`;
}

/** The value over several lines, the first without `indent`; on one line where there is none. */
const layOut = (text: string, value: unknown, indent: string | undefined): string =>
  indent === undefined
    ? JSON.stringify(value)
    : JSON.stringify(value, undefined, unitOf(text)).replaceAll('\n', `${lineEnd(text)}${indent}`);

/** What the line is indented by that this place is on. */
const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';

/** The same, where nothing stands before it on its line. */
function ownLine(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  return start > 0 && before.trim() === '' ? before : undefined;
}

const unitOf = (text: string): string => /^([ \t]+)["/]/m.exec(text)?.[1] ?? '  ';

const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
