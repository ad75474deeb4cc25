import { Composer, CST, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, Parser, visit } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import { deeperThan, MAX_DEPTH } from './deeper-than.ts';
import type { FieldPath, Finding } from './problem.ts';
import { describeYamlError } from './yaml-errors.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One document of a YAML stream. */
export interface YamlDocument {
  /** As JSON would hold it; undefined where nothing can be made of the document. */
  readonly value: unknown;
  /** What is wrong with the YAML itself. */
  readonly findings: readonly (Finding & Place)[];
  /** Whether the text is YAML, so that `value` says what the author wrote. */
  readonly wellFormed: boolean;
  /** Where a field is; where it is missing, the nearest thing around it. */
  place(path: FieldPath): Place;
}

/** Values that aliases may repeat: the default of the library, against "billion laughs". */
const MAX_ALIASED = 100;

/**
 * The documents of a YAML 1.2 text that hold anything. Reads lazily: who stops early pays only for what was read. The caller bounds the size of
 * the text.
 */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let composer = newComposer();
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    if (token.type === 'document' && isDeep(token)) {
      yield* readAll(composer.end(), placeOf);
      composer = newComposer();
      yield unreadable('RESOURCE_EXHAUSTION', placeOf(token.offset));
    } else {
      yield* readAll(composer.next(token), placeOf);
    }
  }
  yield* readAll(composer.end(), placeOf);
}

// The library's own search for repeated keys takes quadratic time; `repeatedKeys` does not. Its warnings on stderr repeat text of the file.
const newComposer = () =>
  new Composer({ version: '1.2', uniqueKeys: false, stringKeys: true, resolveKnownTags: false, logLevel: 'error' });

/**
 * Whether collections are nested too deeply. Asked before the composer, which is recursive: where the stack runs out within a regular expression,
 * V8 ends the process, and 2 kB of `? ` are enough for that.
 */
function isDeep(document: CST.Document): boolean {
  const open: { token: CST.Token | null | undefined; depth: number }[] = [{ token: document.value, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (!CST.isCollection(token)) continue;
    if (depth > MAX_DEPTH) return true;
    for (const { key, value } of token.items) {
      open.push({ token: key, depth: depth + 1 }, { token: value, depth: depth + 1 });
    }
  }
  return false;
}

function* readAll(documents: Iterable<Document.Parsed>, placeOf: (offset: number) => Place): Generator<YamlDocument> {
  for (const document of documents) {
    const isEmpty = document.contents === null || (isScalar(document.contents) && document.contents.value === null);
    if (!isEmpty || document.errors.length > 0) yield read(document, placeOf);
  }
}

function read(document: Document.Parsed, placeOf: (offset: number) => Place): YamlDocument {
  const place = (path: FieldPath): Place => placeOf(offsetOf(document, path));
  const errors = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, place: placeOf(pos[0]) }));
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') errors.push({ code: 'BAD_DIRECTIVE', place: place([]) });

  const plain = plainValue(document);
  if ('code' in plain) errors.push({ code: plain.code, place: placeOf(plain.offset) });
  const value = 'code' in plain ? undefined : plain.value;
  const repeated = 'code' in plain ? [] : [...repeatedKeys(document.contents, [])];
  return {
    value,
    findings: [
      ...errors.map(({ code, place: at }) => locatedError(code, at)),
      ...repeated.map(({ path, offset }) => locatedError('DUPLICATE_KEY', placeOf(offset), path)),
    ],
    wellFormed: errors.length === 0,
    place,
  };
}

const locatedError = (code: ErrorCode, place: Place, path: FieldPath = []): Finding & Place => ({
  path,
  ...describeYamlError(code),
  ...place,
});

const unreadable = (code: ErrorCode, place: Place): YamlDocument => ({
  value: undefined,
  findings: [locatedError(code, place)],
  wellFormed: false,
  place: () => place,
});

function plainValue(document: Document.Parsed): { value: unknown } | { code: ErrorCode; offset: number } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASED });
    // Aliases can nest what is not nested in the text.
    return deeperThan(value, MAX_DEPTH) ? { code: 'RESOURCE_EXHAUSTION', offset: offsetOf(document, []) } : { value };
  } catch {
    // An alias to nothing or to what contains it, or too many of them. The last one has the most to repeat.
    let offset = offsetOf(document, []);
    visit(document, { Alias: (_, alias) => void (offset = startOf(alias) ?? offset) });
    return { code: 'BAD_ALIAS', offset };
  }
}

function* repeatedKeys(node: unknown, path: FieldPath): Generator<{ path: FieldPath; offset: number }> {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* repeatedKeys(item, [...path, index]);
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    const name = keyName(key);
    if (seen.has(name)) yield { path: [...path, name], offset: startOf(key) ?? 0 };
    seen.add(name);
    yield* repeatedKeys(value, [...path, name]);
  }
}

/** Keys that are no text were refused by `stringKeys`. */
const keyName = (key: unknown): string => (isScalar(key) && typeof key.value === 'string' ? key.value : '');

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

/** Where the key of a field, or an entry of a list, begins. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? document.range[0];
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      // The last of repeated keys is the one whose value counts.
      const pair = node.items.findLast(({ key }) => keyName(key) === String(step));
      offset = startOf(pair?.key) ?? offset;
      node = pair?.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}
