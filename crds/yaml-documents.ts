import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Document,
  type ErrorCode,
} from 'yaml';
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

/** Deeper than any PodTemplateSpec (about 12), and far from the depth where a recursive reader runs out of stack. */
const MAX_DEPTH = 64;

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
  // The library's own search for repeated keys takes quadratic time; `repeatedKeys` does not.
  const composer = new Composer({ version: '1.2', uniqueKeys: false, stringKeys: true, resolveKnownTags: false });
  const documents = composer.compose(new Parser(lines.addNewLine).parse(text));
  for (;;) {
    let next: IteratorResult<Document.Parsed>;
    try {
      next = documents.next();
    } catch {
      // The stack ran out (RangeError): nothing that follows can be read.
      yield unreadable('RESOURCE_EXHAUSTION', { line: 1, column: 1 });
      return;
    }
    if (next.done) return;
    if (next.value.contents !== null || next.value.errors.length > 0) yield read(next.value, placeOf);
  }
}

function read(document: Document.Parsed, placeOf: (offset: number) => Place): YamlDocument {
  const place = (path: FieldPath): Place => placeOf(offsetOf(document, path));
  const errors = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, place: placeOf(pos[0]) }));
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') errors.push({ code: 'BAD_DIRECTIVE', place: place([]) });

  const plain = plainValue(document);
  if ('code' in plain) errors.push({ code: plain.code, place: place([]) });
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

function plainValue(document: Document.Parsed): { value: unknown } | { code: ErrorCode } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASED });
    return deeperThan(value, MAX_DEPTH) ? { code: 'RESOURCE_EXHAUSTION' } : { value };
  } catch {
    // Too many aliases, an alias within its own anchor, or no stack left.
    return { code: 'BAD_ALIAS' };
  }
}

const deeperThan = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((child) => deeperThan(child, depth - 1)));

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
