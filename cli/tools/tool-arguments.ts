import { isObject, readSchema, type Schema } from '../mcp/json-schema.ts';
import { oneLine } from '../output/harmless.ts';

/** Characters of a name or a value that a server chose. */
const MAX_NAME = 128;

/** Characters of what a server says of an argument. */
const MAX_DESCRIPTION = 500;

/** What a tool takes, told for people; safe for terminals. */
export interface ToolArgument {
  readonly name: string;
  /** `integer`, `string or null`, `any`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** A value that would do, as a person writes it after `NAME=`. */
  readonly example: string;
}

export function toolArguments(inputSchema: Schema): readonly ToolArgument[] {
  const reader = readSchema(inputSchema);
  const required = new Set(reader.required(inputSchema));
  return [...reader.properties(inputSchema)].map(([name, schema]) => {
    const types = [...(reader.types(schema) ?? [])];
    const values = allowedValues(schema);
    const said = isObject(schema) ? schema['description'] : undefined;
    return {
      name: oneLine(name, MAX_NAME),
      type: types.join(' or ') || 'any',
      isRequired: required.has(name),
      description: oneLine(
        [typeof said === 'string' ? said : '', values.length > 0 ? `One of ${values.join(', ')}.` : '']
          .filter(Boolean)
          .join(' '),
        MAX_DESCRIPTION,
      ),
      example: oneLine(exampleOf(schema, types, values), MAX_NAME),
    };
  });
}

const allowedValues = (schema: Schema): readonly string[] =>
  isObject(schema) && Array.isArray(schema['enum']) ? schema['enum'].map(asWritten) : [];

/** What the server itself gives as an example comes first. */
function exampleOf(schema: Schema, types: readonly string[], [first]: readonly string[]): string {
  const { examples, default: initial } = isObject(schema) ? schema : {};
  const given = Array.isArray(examples) && examples.length > 0 ? (examples[0] as unknown) : initial;
  if (given !== undefined && given !== null) return asWritten(given);
  return first ?? PLACEHOLDERS[types.find((type) => type !== 'null') ?? 'string'] ?? '…';
}

const asWritten = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  integer: '1',
  number: '1.5',
  boolean: 'true',
  array: '[…]',
  object: '{…}',
};
