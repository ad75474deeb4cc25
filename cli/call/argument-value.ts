import type { JsonType } from '../mcp/json-schema.ts';

/** What a text means, or why it means nothing: the rest of a sentence about the argument. The text may be a secret and is never repeated. */
export type Reading = { readonly value: unknown } | { readonly problem: string };

/** Numbers as JSON writes them (RFC 8259 section 6). */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a text as the first of the types that it can be; where it may be a string, it is one as it stands. */
export function argumentValue(text: string, types: ReadonlySet<JsonType> | undefined): Reading {
  if (!types || types.has('string')) return { value: text };
  if (types.has('null') && text === 'null') return { value: null };
  if (types.has('boolean') && (text === 'true' || text === 'false')) return { value: text === 'true' };
  if ((types.has('number') || types.has('integer')) && NUMBER.test(text)) return numberIn(text, types.has('number'));
  const read = jsonValue(text);
  const compound = 'value' in read && compoundType(read.value);
  if (compound && types.has(compound)) return read;
  return { problem: `must be ${[...types].map((type) => IN_WORDS[type]).join(' or ')}` };
}

/** Reads JSON, whatever it says. */
export function jsonValue(text: string): Reading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The message of the parser shows the text.
    return { problem: 'is no valid JSON; in a shell, single quotes around all of it keep it whole' };
  }
}

function numberIn(text: string, withFraction: boolean): Reading {
  const value = Number(text);
  // RFC 8259 section 6: beyond 2^53 receivers do not agree on the value.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return { problem: 'is too large for a number of JSON to be exact' };
  return withFraction || Number.isInteger(value) ? { value } : { problem: 'must be a whole number' };
}

function compoundType(value: unknown): 'array' | 'object' | undefined {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' && value !== null ? 'object' : undefined;
}

const IN_WORDS: Readonly<Record<JsonType, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: `a list in JSON, as in '["a","b"]'`,
  object: `an object in JSON, as in '{"a":1}'`,
};
