import type { ElicitRequestFormParams } from '@modelcontextprotocol/client';
import { argumentValue, type Reading } from '../call/argument-value.ts';
import { misfit } from '../mcp/check-schema.ts';
import { isObject, readSchema } from '../mcp/json-schema.ts';
import { harmless, oneLine } from '../output/harmless.ts';

export type FieldSchema = ElicitRequestFormParams['requestedSchema']['properties'][string];

/** A field can be chosen from so many options at most; more fill a screen and nobody reads them. */
const MAX_OPTIONS = 50;

/** Characters of what a server calls a field. */
const MAX_LABEL = 200;

interface Choice {
  readonly value: string;
  readonly title: string;
}

/** One field of a form that a server wants to have filled in. */
export interface FormField {
  readonly name: string;
  /** Lines that explain it, and the beginning of the line that it is typed in. */
  readonly prompt: string;
  /** What a typed line means. An empty one is the default, or nothing where the field may be left out. */
  read(line: string): Reading;
}

export function formField(name: string, schema: FieldSchema, isRequired: boolean): FormField {
  const { title = name, description, default: initial } = schema;
  const choices = choicesOf(schema);
  const hints = [
    hintOf(schema, choices),
    ...(isRequired ? [] : ['optional']),
    ...(initial === undefined ? [] : [`default: ${oneLine([initial].flat().join(', '), MAX_LABEL)}`]),
  ];
  const lines = [
    ...(description === undefined ? [] : [`  ${oneLine(description, 2 * MAX_LABEL)}`]),
    ...choices.map((choice, index) => `  ${index + 1}) ${oneLine(choice.title, MAX_LABEL)}`),
    `  ${oneLine(title, MAX_LABEL)} (${hints.join('; ')}): `,
  ];
  return {
    name,
    prompt: harmless(lines.join('\n')),
    read(line) {
      const text = line.trim();
      if (text === '' && initial !== undefined) return { value: initial };
      if (text === '') return isRequired ? { problem: 'is needed' } : { value: undefined };
      const read = choices.length > 0 ? chosen(text, schema, choices) : typed(text, schema);
      if ('problem' in read) return read;
      const problem = misfit(asObjectSchema(schema), { value: read.value }, 'it');
      return problem === undefined ? read : { problem: problem.replace(/^value /, '') };
    },
  };
}

const asObjectSchema = (schema: FieldSchema): Record<string, unknown> => ({
  type: 'object',
  properties: { value: schema },
});

const YES = new Set(['y', 'yes', 'true']);
const NO = new Set(['n', 'no', 'false']);

function typed(text: string, schema: FieldSchema): Reading {
  if (schema.type !== 'boolean') return argumentValue(text, readSchema(schema).types(schema));
  const word = text.toLowerCase();
  if (YES.has(word) || NO.has(word)) return { value: YES.has(word) };
  return { problem: 'is yes or no' };
}

/** By number or by value; several with commas where the field is a list. */
function chosen(text: string, schema: FieldSchema, choices: readonly Choice[]): Reading {
  const words = schema.type === 'array' ? text.split(',').map((word) => word.trim()) : [text];
  const values = words.map((word) => (choices.find(({ value }) => value === word) ?? choices[Number(word) - 1])?.value);
  if (values.includes(undefined)) return { problem: `is one of 1 to ${choices.length}` };
  return { value: schema.type === 'array' ? values : values[0] };
}

/** The four forms of MCP 2025-11-25 (elicitation, enum schemas) and the older one with `enumNames`. */
function choicesOf(schema: FieldSchema): readonly Choice[] {
  const of: Readonly<Record<string, unknown>> = schema.type === 'array' ? schema.items : schema;
  const { enum: values, enumNames: names } = of;
  const titled = [of['oneOf'], of['anyOf']].find(Array.isArray) as unknown[] | undefined;
  const all = titled
    ? titled
        .filter(isObject)
        .map((one) => ({ value: String(one['const']), title: String(one['title'] ?? one['const']) }))
    : (Array.isArray(values) ? values : []).map((value, index) => ({
        value: String(value),
        title: String((Array.isArray(names) ? names[index] : undefined) ?? value),
      }));
  return all.slice(0, MAX_OPTIONS);
}

function hintOf(schema: FieldSchema, choices: readonly Choice[]): string {
  if (choices.length > 0) return schema.type === 'array' ? 'numbers, with commas' : 'a number';
  if (schema.type === 'boolean') return 'yes or no';
  if (schema.type === 'integer') return 'a whole number';
  if (schema.type === 'number') return 'a number';
  return 'format' in schema && schema.format !== undefined ? schema.format : 'text';
}
