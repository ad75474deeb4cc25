import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import type { FieldPath, Finding } from './problem.ts';
import { fieldAt, knownFields, type Field } from './schema-at.ts';

type Issue = z.core.$ZodIssue;

/** Unknown fields of one object that are told of: with more of them the document is something else. */
const MAX_UNKNOWN = 20;

/**
 * What an issue of zod means for the person who wrote the manifest. Text from the manifest is never repeated, because it may be a secret in the
 * wrong place (`name: TOKEN=…`); numbers are.
 */
export function explainIssue(issue: Issue, root: z.core.$ZodType, manifest: unknown): Finding[] {
  const path = issue.path as FieldPath;
  const field = fieldAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_UNKNOWN).map((key) => unknownField(key, path, knownFields(field)));
  }
  return [{ path, ...explain(issue, field, valueAt(manifest, path)) }];
}

type Explanation = Omit<Finding, 'path'>;

function explain(
  issue: Exclude<Issue, { code: 'unrecognized_keys' }>,
  field: Field | undefined,
  value: unknown,
): Explanation {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, value, field);
    case 'too_big':
      return {
        message: typeof value === 'number' ? `${value} is too large` : `${measure(value)}, too many`,
        hint:
          field?.allowed ?? `at most ${issue.maximum}${unitOf(value)} ${issue.maximum === 1 ? 'is' : 'are'} allowed`,
      };
    case 'too_small':
      return {
        message: typeof value === 'number' ? `${value} is too small` : 'is empty',
        hint: field?.allowed ?? (typeof value === 'number' ? `at least ${issue.minimum} is needed` : EMPTY_HINT),
      };
    case 'invalid_value':
      return {
        message: value === undefined ? 'is missing' : 'is not a value that is known here',
        hint: nearOrKnown(value, issue.values.map(String)),
      };
    case 'invalid_union':
      return wrongType('union', value, field);
    case 'invalid_key':
      return { message: 'this key is not in the right form', hint: field?.allowed ?? 'use another key' };
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return { message: 'is not in the right form', hint: field?.allowed ?? 'see docs/mcpserver.md' };
    default:
      return issue satisfies never;
  }
}

function unknownField(name: string, parent: FieldPath, known: readonly string[]): Finding {
  const hint = name === '<<' ? 'merge keys are not part of YAML 1.2: write the fields out' : nearOrKnown(name, known);
  return { path: [...parent, name], message: 'is not a known field', hint };
}

function nearOrKnown(written: unknown, known: readonly string[]): string {
  const near = typeof written === 'string' ? nearestName(written, known) : undefined;
  return near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`;
}

const EMPTY_HINT = 'give it a value, or remove the line';

/** How to write a value of each type in YAML. */
const TYPES: Readonly<Record<string, { name: string; hint: string }>> = {
  string: { name: 'text', hint: 'put it in quotes' },
  int: { name: 'a whole number', hint: 'write digits only, without quotes' },
  number: { name: 'a whole number', hint: 'write digits only, without quotes' },
  boolean: { name: 'true or false', hint: 'write `true` or `false`, without quotes' },
  array: { name: 'a list', hint: 'write each entry on a line of its own, after `- `' },
  object: { name: 'a map of fields', hint: 'write `name: value` lines, indented below it' },
  record: { name: 'a map', hint: 'write `name: value` lines, indented below it' },
};

/** The one kind of union in the model is the int-or-string of Kubernetes. */
const ANY = { name: 'a number or text', hint: 'see docs/mcpserver.md' };

function wrongType(expected: string, value: unknown, field: Field | undefined): Explanation {
  const type = TYPES[expected] ?? ANY;
  if (value === undefined) return { message: 'is missing', hint: field?.allowed ?? `add it: ${type.name}` };
  if (value === null) return { message: 'is empty', hint: EMPTY_HINT };
  // Only a scalar becomes text by quotes.
  const hint = expected === 'string' && typeof value === 'object' ? 'write the text on the same line' : type.hint;
  const found = typeName(value);
  if (found === type.name) return { message: 'is not in the right form', hint: field?.allowed ?? hint };
  return { message: `should be ${type.name}, but is ${found}`, hint: type === ANY ? (field?.allowed ?? hint) : hint };
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value !== 'number') return 'a map';
  if (Number.isInteger(value)) return 'a whole number';
  return Number.isFinite(value) ? 'a number with a fraction' : 'no finite number';
}

const measure = (value: unknown): string =>
  typeof value === 'string'
    ? `has ${value.length} characters`
    : `has ${Array.isArray(value) ? value.length : 'more'} entries`;

const unitOf = (value: unknown): string => {
  if (typeof value === 'string') return ' characters';
  return Array.isArray(value) ? ' entries' : '';
};

const valueAt = (value: unknown, path: FieldPath): unknown =>
  path.reduce<unknown>((parent, step) => (parent as Record<string | number, unknown> | undefined)?.[step], value);
