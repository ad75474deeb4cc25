import { isUtf8 } from 'node:buffer';
import { Failure } from '../../core/failure.ts';
import { RpcFailure } from './rpc-failure.ts';

/** JSON-RPC 2.0 section 5.1. */
const PARSE_ERROR = -32700;

/**
 * Objects, arrays and members in one text. They are what parsing costs: so many take 0.1 s, in which nobody else is answered, and
 * a million of them fit into the largest body. Real arguments have hundreds; tables of ten columns have 18,000 rows within it.
 */
const MAX_PARTS = 200_000;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * The value of JSON text that can be read in one way only, so that rules and backends cannot see different things in it:
 * UTF-8 without BOM (RFC 8259 section 8.1), names unique in each object (section 4), not deeper than `maxDepth`, of not too many parts.
 * Fails with 400.
 */
export function parseJson(raw: Buffer, maxDepth: number): unknown {
  if (!isUtf8(raw)) throw parseError('The request body is not valid UTF-8.');
  const text = raw.toString();
  const members = countMembersOfText(text, maxDepth);
  const value = parse(text);
  // JSON.parse keeps one of several members of the same name, whatever its escapes, so the value then has fewer of them.
  if (countMembersOfValue(value) !== members) {
    throw new Failure('duplicate_json_key', 'An object in the request body has two members of the same name.', {
      status: 400,
    });
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw parseError('The request body is not valid JSON (RFC 8259).', cause);
  }
}

/**
 * The colons outside of strings: one for each member of each object. It does not mind invalid JSON, which JSON.parse
 * refuses afterwards, and comes first because deep nesting costs memory many times the size of the text.
 */
function countMembersOfText(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  let containers = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = closingQuote(text, index);
    else if (code === COLON) members++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > maxDepth) throw tooDeep(maxDepth);
      containers++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    if (members + containers > MAX_PARTS) throw tooManyParts();
  }
  return members;
}

/** Index of the quote that ends the string which begins at `open`; the length of the text where none does. */
function closingQuote(text: string, open: number): number {
  let index = open;
  do {
    index = text.indexOf('"', index + 1);
    if (index === -1) return text.length;
  } while (isEscaped(text, index));
  return index;
}

/** Whether an odd number of backslashes stands before this index. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}

/** Recursion is bounded by the depth of the text. */
function countMembersOfValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : children.length;
  for (const child of children) {
    if (typeof child === 'object') members += countMembersOfValue(child);
  }
  return members;
}

const parseError = (message: string, cause?: unknown): RpcFailure =>
  new RpcFailure('parse_error', message, { code: PARSE_ERROR, id: null }, { status: 400, cause });

const tooDeep = (maxDepth: number): Failure =>
  new Failure('json_too_deep', `The request body is nested deeper than the ${maxDepth} levels that are allowed.`, {
    status: 400,
  });

const tooManyParts = (): Failure =>
  new Failure(
    'json_too_many_parts',
    `The request body has more than the ${MAX_PARTS} objects, arrays and members that are allowed. Send several requests.`,
    { status: 400 },
  );
