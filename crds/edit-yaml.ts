import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, parseDocument, Scalar, stringify, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { isObject } from './path-pattern.ts';
import { yamlDocuments } from './yaml-documents.ts';

/** A piece of the text and what stands there instead. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Lines are not folded: a value that a person reads in a diff stays on its line. */
const STYLE = { lineWidth: 0 } as const;

/**
 * The text of one YAML document (made by `splitYaml`), changed so that it says `wanted`. What does not differ stays as it was written, byte for byte:
 * comments, order, quotes and blank lines. Undefined where that cannot be done (anchors whose aliases would change too, tags, text that is no YAML).
 */
export function editYaml(text: string, wanted: Fields): string | undefined {
  const document = parseDocument(text, {
    version: '1.2',
    stringKeys: true,
    uniqueKeys: false,
    keepSourceTokens: true,
    logLevel: 'error',
  });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const splices = editMap(text, root, document.toJS() as Fields, wanted);
  const edited = splices && spliced(text, splices, eol);
  return edited !== undefined && says(edited, wanted) ? edited : undefined;
}

/** The proof that the pieces fit: whatever was cut wrongly does not say what was wanted. */
function says(text: string, wanted: Fields): boolean {
  const documents = [...yamlDocuments(text)];
  return documents.length === 1 && documents[0]?.findings.length === 0 && isDeepStrictEqual(documents[0].value, wanted);
}

function spliced(text: string, splices: readonly Splice[], eol: string): string {
  let result = '';
  let at = 0;
  // Stable: of two insertions at one place, that of the inner collection was made first.
  for (const { start, end, text: piece } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + piece.replaceAll('\n', eol);
    at = end;
  }
  return result + text.slice(at);
}

/** Undefined: this map can only be replaced as a whole. */
function editMap(text: string, map: YAMLMap, is: Fields, wanted: Fields): Splice[] | undefined {
  const pairs = map.items;
  const [first] = pairs;
  const added = Object.entries(wanted).filter(([name]) => !Object.hasOwn(is, name));
  const gone = pairs.filter(({ key }) => !Object.hasOwn(wanted, nameOf(key)));
  if (added.length + gone.length > 0 && (map.flow === true || !first || Object.keys(wanted).length === 0))
    return undefined;

  const splices: Splice[] = [];
  for (const pair of pairs) {
    const name = nameOf(pair.key);
    if (!Object.hasOwn(wanted, name)) {
      const line = wholeLines(text, startOf(pair.key), endOf(pair));
      if (!line) return undefined;
      splices.push(line);
    } else if (!isDeepStrictEqual(is[name], wanted[name])) {
      splices.push(
        ...(editNode(text, pair.value, is[name], wanted[name]) ?? [replacedPair(text, map, pair, wanted[name])]),
      );
    }
  }
  const last = pairs.at(-1);
  if (added.length > 0 && first && last) {
    const block = stringify(Object.fromEntries(added), STYLE);
    splices.push(inserted(text, endOf(last), indented(block, columnOf(text, startOf(first.key)))));
  }
  return splices;
}

/** Undefined: this value can only be replaced with its key. */
function editNode(text: string, node: unknown, is: unknown, wanted: unknown): Splice[] | undefined {
  if (isMap(node) && isObject(is) && isObject(wanted)) return editMap(text, node, is, wanted);
  if (isSeq(node) && Array.isArray(is) && Array.isArray(wanted)) return editSeq(text, node, is, wanted);
  return isScalar(node) && isOneLine(node) && isOneLine(wanted) ? [replacedScalar(node, wanted)] : undefined;
}

function editSeq(text: string, seq: YAMLSeq, is: readonly unknown[], wanted: readonly unknown[]): Splice[] | undefined {
  if (seq.flow === true || wanted.length === 0 || is.length === 0) return undefined;
  const shorter = Math.min(is.length, wanted.length);
  let head = 0;
  while (head < shorter && isDeepStrictEqual(is[head], wanted[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(is.at(-1 - tail), wanted.at(-1 - tail))) tail += 1;
  // Entries between what is the same at both ends are changed in place as far as there are any.
  const changed = shorter - head - tail;

  const splices: Splice[] = [];
  for (let index = head; index < head + changed; index += 1) {
    const edited =
      editNode(text, seq.items[index], is[index], wanted[index]) ?? replacedItem(text, seq, index, wanted[index]);
    if (!edited) return undefined;
    splices.push(...edited);
  }
  for (let index = head + changed; index < is.length - tail; index += 1) {
    const line = wholeLines(text, dashOf(seq, index), endOf(seq.items[index]));
    if (!line) return undefined;
    splices.push(line);
  }
  const more = wanted.slice(head + changed, wanted.length - tail);
  if (more.length > 0) {
    const block = indented(stringify(more, STYLE), columnOf(text, dashOf(seq, 0)));
    const before = head + changed - 1;
    // Before the first entry there is none to stand behind.
    const start = before < 0 ? lineStart(text, dashOf(seq, 0)) : undefined;
    splices.push(
      start === undefined ? inserted(text, endOf(seq.items[before]), block) : { start, end: start, text: block },
    );
  }
  return splices;
}

function replacedPair(text: string, map: YAMLMap, pair: Pair, wanted: unknown): Splice {
  const [start, end] = [startOf(pair.key), endOf(pair)];
  const name = nameOf(pair.key);
  if (map.flow === true) return { start, end, text: `${JSON.stringify(name)}: ${JSON.stringify(wanted)}` };
  return fitted(text, start, end, stringify({ [name]: wanted }, STYLE));
}

function replacedItem(text: string, seq: YAMLSeq, index: number, wanted: unknown): Splice[] | undefined {
  const start = dashOf(seq, index);
  return [fitted(text, start, endOf(seq.items[index]), stringify([wanted], STYLE))];
}

/** Keeps the quotes that the person chose. */
function replacedScalar(node: Scalar, wanted: unknown): Splice {
  const scalar = new Scalar(wanted);
  const { type } = node;
  if ((type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && typeof wanted === 'string') scalar.type = type;
  const [start, end] = node.range ?? [0, 0];
  return { start, end, text: stringify(scalar, STYLE).trimEnd() };
}

/** Block text that takes the place of another, and ends its line only where that one did. */
function fitted(text: string, start: number, end: number, block: string): Splice {
  const column = columnOf(text, start);
  const piece = indented(block, column).slice(column);
  return { start, end, text: text[end - 1] === '\n' ? piece : piece.replace(/\n$/, '') };
}

/** Lines from the one that begins at `start` to the one that holds `end`; undefined where something else begins that line. */
function wholeLines(text: string, start: number, end: number): Splice | undefined {
  const from = lineStart(text, start);
  return text.slice(from, start).trim() === '' ? { start: from, end: nextLine(text, end), text: '' } : undefined;
}

function inserted(text: string, after: number, block: string): Splice {
  const at = nextLine(text, after);
  return { start: at, end: at, text: text[at - 1] === '\n' ? block : `\n${block}` };
}

const indented = (block: string, column: number): string => block.replaceAll(/^(?=.)/gm, ' '.repeat(column));

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

function nextLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

const rangeOf = (node: unknown): readonly [number, number, number] =>
  (node as { range?: [number, number, number] } | null)?.range ?? [0, 0, 0];

const startOf = (node: unknown): number => rangeOf(node)[0];

/** A pair ends with its value; where that is missing, with its key. */
const endOf = (node: unknown): number => {
  const { key, value } = (node ?? {}) as Partial<Pair>;
  return key === undefined ? rangeOf(node)[1] : Math.max(rangeOf(value)[1], rangeOf(key)[1]);
};

/** Where the `-` of an entry is. */
function dashOf(seq: YAMLSeq, index: number): number {
  const { srcToken } = seq as { srcToken?: { items?: { start: { type: string; offset: number }[] }[] } };
  const start = srcToken?.items?.[index]?.start ?? [];
  return start.find(({ type }) => type === 'seq-item-ind')?.offset ?? startOf(seq.items[index]);
}

/** Of a node: as it is written. Nothing at all (`key:`) is no line that can be replaced. */
function isOneLine(value: unknown): boolean {
  if (!isScalar(value)) return (typeof value !== 'object' || value === null) && !String(value).includes('\n');
  const [start, end] = rangeOf(value);
  return end > start && value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED';
}
