import { Document, type Scalar, YAMLMap } from 'yaml';
import { z } from 'zod';
import { Values } from './values.ts';

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
}

const WIDTH = 116;

/** values.schema.json, values.yaml and the table of the documentation, from the one model. */
export function valuesFiles(): { readonly schema: string; readonly yaml: string; readonly table: string } {
  // Helm 3 knows no newer draft. What is given may leave out everything that has a default.
  const schema = z.toJSONSchema(Values, { target: 'draft-7', io: 'input', reused: 'inline' }) as Schema;
  const defaults = Values.parse({});
  return {
    schema: `${JSON.stringify(schema, undefined, 2)}\n`,
    yaml: valuesYaml(schema, defaults),
    table: valuesTable(schema, defaults),
  };
}

function valuesYaml(schema: Schema, defaults: object): string {
  const document = new Document(defaults);
  document.commentBefore = ' Written by `node charts/generate.ts` from charts/values.ts; do not edit.';
  comment(document.contents as YAMLMap, schema);
  return document.toString({ lineWidth: 0 });
}

function comment(map: YAMLMap, { properties = {} }: Schema): void {
  for (const [index, { key, value }] of map.items.entries()) {
    const name = key as Scalar<string>;
    const field = properties[name.value];
    if (!field) continue;
    if (field.description !== undefined) name.commentBefore = wrap(field.description);
    if (index > 0 && value instanceof YAMLMap && field.properties) name.spaceBefore = true;
    if (value instanceof YAMLMap && !value.flow) comment(value, field);
  }
}

const wrap = (text: string): string => text.replaceAll(new RegExp(`(.{1,${WIDTH}})(?:\\s+|$)`, 'g'), ' $1\n').trimEnd();

function valuesTable(schema: Schema, defaults: object): string {
  return `# Values of the Helm chart

<!-- Written by charts/generate.ts from charts/values.ts. Do not edit. -->

How to use them says [install-kubernetes.md](install-kubernetes.md). The schema is closed: a value that is not in this table is refused.

| value | type | default | meaning |
| --- | --- | --- | --- |
${rows(schema, defaults, '').join('\n')}
`;
}

function rows({ properties = {} }: Schema, defaults: object, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    if (path === 'global') return [];
    const value = (defaults as Record<string, unknown>)[name];
    const isLeaf = !field.properties || field.description !== undefined;
    return isLeaf
      ? [`| \`${path}\` | ${typeOf(field)} | \`${JSON.stringify(value)}\` | ${field.description ?? ''} |`]
      : rows(field, value as object, `${path}.`);
  });
}

function typeOf({ type, enum: names, items, minimum, maximum }: Schema): string {
  if (names) return names.map((name) => `\`${String(name)}\``).join(', ');
  if (items) return `list of ${typeOf(items)}`;
  if (type === 'integer') return `${minimum} to ${maximum}`;
  return type ?? 'any';
}
