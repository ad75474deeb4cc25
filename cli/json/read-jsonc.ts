import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { MAX_DEPTH } from '../../crds/deeper-than.ts';

export type JsoncReading = { readonly value: unknown } | { readonly trouble: string };

/** Reads JSON with comments and trailing commas, as editors write it. `trouble` says what is wrong and on which line, without text of the file. */
export function readJsonc(text: string): JsoncReading {
  // The parser is recursive.
  if (isDeep(text)) return { trouble: `is nested deeper than ${MAX_DEPTH} levels` };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return { value: root && valueOf(root) };
  const line = text.slice(0, first.offset).split('\n').length;
  return { trouble: `is not JSON: ${wordsOf(printParseErrorCode(first.error))} in line ${line}` };
}

/** The library's own values are made by assignments, in which a field named `__proto__` would become the prototype of what a stranger wrote. */
function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(valueOf);
  if (type !== 'object') return value;
  return Object.fromEntries(children.map(({ children: [key, field] = [] }) => [key?.value, field && valueOf(field)]));
}

/** `CloseBraceExpected` → `close brace expected` */
const wordsOf = (code: string): string => code.replaceAll(/\B[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** Whether brackets are nested too deeply; those in strings and comments count for nothing. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '"') index = endOfString(text, index);
    else if (char === '/') index = endOfComment(text, index);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Index of the last character of the string that begins there. It ends with its line where its quote is missing. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"' || text[index] === '\n') return index;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  const [end, length] = { '/': ['\n', 1] as const, '*': ['*/', 2] as const }[text[start + 1] ?? ''] ?? [undefined, 0];
  if (end === undefined) return start;
  const found = text.indexOf(end, start + 2);
  return found === -1 ? text.length : found + length - 1;
}
