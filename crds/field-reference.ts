import type { z } from 'zod';
import { McpServerStatus } from './mcpserver-status.ts';
import { API_VERSION, KIND, McpServerSpec, ObjectMeta } from './mcpserver.ts';
import { RULES } from './rules.ts';
import { structuralSchema, type StructuralSchema } from './structural-schema.ts';
import { UNSUPPORTED } from './supported-fields.ts';

/** docs/mcpserver.md: every field, for the people who write manifests. */
export const fieldReference = (): string => `${INTRODUCTION}

## metadata

${fieldsOf('metadata', ObjectMeta)}

## spec

${fieldsOf('spec', McpServerSpec)}

## Rules over several fields

What is wrong where a rule is broken, and how to repair it:

${RULES.map(({ path, message, hint }) => `- In \`${path}\`: ${message}; ${hint}.`).join('\n')}

## status

What Mooring found. Only the operator writes it; in a manifest it is ignored.

${fieldsOf('status', McpServerStatus)}
`;

const INTRODUCTION = `# McpServer

<!-- Written by \`node crds/generate.ts\` from the model in crds/mcpserver.ts; do not edit. -->

One manifest describes one MCP server. The smallest one:

\`\`\`yaml
apiVersion: ${API_VERSION}
kind: ${KIND}
metadata:
  name: notes
spec:
  binary: notes-server
\`\`\`

Files hold any number of manifests, separated by \`---\`. Unknown fields are errors. Notes in _italics_ tell what is not there yet and what has
no effect on a laptop (\`mooring up\`): what is not supported makes the server \`Accepted=False\`, reason \`NotSupported\`; what has no effect is named
in the message of \`Accepted\`, reason \`PartlyApplied\`.`;

const fieldsOf = (path: string, model: z.ZodType): string =>
  [...fieldLines(path, structuralSchema(model, { words: true }), '')].join('\n');

/** One line for each field, indented below the field that it is part of. */
function* fieldLines(path: string, schema: StructuralSchema, indent: string): Generator<string> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const here = `${path}.${name}`;
    const required = schema.required?.includes(name) === true ? '**required**, ' : '';
    const parts = [
      `${indent}- \`${name}\` (${required}${typeOf(property)}${defaultOf(property)}).`,
      property.description,
      wordsOf(property),
      noteFor(here),
    ];
    yield parts.filter((part) => part !== undefined && part !== '').join(' ');
    yield* fieldLines(here, property, `${indent}  `);
    yield* fieldLines(`${here}[]`, property.items ?? {}, `${indent}  `);
  }
}

function typeOf(schema: StructuralSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (schema['x-kubernetes-int-or-string']) return 'whole number or text';
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'integer') return `whole number${boundsOf(schema)}`;
  if (schema.format === 'date-time') return 'RFC 3339 time';
  if (schema.type === 'string') return `text, at most ${schema.maxLength} characters`;
  if (schema.items) return listTypeOf(schema, schema.items);
  if (schema.additionalProperties) {
    const limit = schema.maxProperties === undefined ? '' : ` of at most ${schema.maxProperties} entries`;
    return `map${limit}: ${typeOf(schema.additionalProperties)}`;
  }
  return schema.properties ? 'object' : 'any object';
}

function listTypeOf(schema: StructuralSchema, entry: StructuralSchema): string {
  const [key] = schema['x-kubernetes-list-map-keys'] ?? [];
  const sameness = key === undefined ? 'the same' : `with the same \`${key}\``;
  const unique = schema['x-kubernetes-list-type'] === 'atomic' ? '' : `, no two ${sameness}`;
  const count =
    schema.minItems === undefined ? `at most ${schema.maxItems}` : `${schema.minItems} to ${schema.maxItems}`;
  return `list of ${count} entries${unique}${entry.properties ? '' : `, each: ${typeOf(entry)}`}`;
}

function boundsOf({ minimum, maximum }: StructuralSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  return minimum === undefined ? '' : `, at least ${minimum}`;
}

const defaultOf = (schema: StructuralSchema): string =>
  schema.default === undefined || schema.properties
    ? ''
    : `, default \`${JSON.stringify(schema.default).replaceAll('"', '')}\``;

/** How to write the field, or the entries of a list or map. */
function wordsOf(schema: StructuralSchema): string {
  const words = schema.allowed ?? schema.items?.allowed ?? schema.additionalProperties?.allowed;
  // The range of a number is in its type.
  if (words === undefined || schema.type === 'integer' || schema.items?.type === 'integer') return '';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function noteFor(path: string): string {
  const { notSupportedYet, withoutEffect } = UNSUPPORTED.laptop;
  if (path === 'spec.transport') return '_Only `streamable-http` is supported yet._';
  if (notSupportedYet.includes(path)) return '_Not supported yet._';
  return withoutEffect.includes(path) ? '_Has no effect on a laptop._' : '';
}
