import { describe, expect, test } from 'vitest';
import { customResourceDefinition, mcpServerSchema } from './custom-resource-definition.ts';
import { fieldReference } from './field-reference.ts';
import type { StructuralSchema } from './structural-schema.ts';

interface Node {
  readonly path: string;
  readonly schema: StructuralSchema;
}

function nodes(schema: StructuralSchema, path = ''): Node[] {
  return [
    { path, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => nodes(child, `${path}.${name}`)),
    ...(schema.items ? nodes(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? nodes(schema.additionalProperties, `${path}{}`) : []),
  ];
}

const all = nodes(mcpServerSchema());
// The API server knows these itself.
const ours = all.filter(({ path }) => /^\.(spec|status)/.test(path));

/** Where something is wrong. */
const pathsWhere = (isWrong: (schema: StructuralSchema) => boolean, among: readonly Node[] = all): string[] =>
  among.filter(({ schema }) => isWrong(schema)).map(({ path }) => path);

describe('the schema is structural', () => {
  test('every field has one type, or is an int-or-string in the only form that is accepted', () => {
    const types = new Set(['object', 'array', 'string', 'integer', 'boolean']);
    const isIntOrString = ({ type, anyOf }: StructuralSchema): boolean =>
      type === undefined && JSON.stringify(anyOf) === '[{"type":"integer"},{"type":"string"}]';
    const isPlain = ({ type, anyOf }: StructuralSchema): boolean => anyOf === undefined && types.has(type ?? '');
    expect(
      pathsWhere((schema) => (schema['x-kubernetes-int-or-string'] ? !isIntOrString(schema) : !isPlain(schema))),
    ).toEqual([]);
  });

  test('no keyword is one that the API server does not know', () => {
    const known = new Set(
      `type description default enum format pattern properties required items anyOf additionalProperties
      minLength maxLength minimum maximum minItems maxItems maxProperties x-kubernetes-int-or-string
      x-kubernetes-list-map-keys x-kubernetes-list-type x-kubernetes-preserve-unknown-fields x-kubernetes-validations`.split(
        /\s+/,
      ),
    );
    expect(pathsWhere((schema) => Object.keys(schema).some((keyword) => !known.has(keyword)))).toEqual([]);
  });

  test('properties and additionalProperties exclude each other', () => {
    expect(pathsWhere((schema) => Boolean(schema.properties && schema.additionalProperties))).toEqual([]);
  });

  test('patterns are RE2: no look-around, no named groups, no back references', () => {
    expect(pathsWhere(({ pattern = '' }) => /\(\?[=!<]|\\[1-9]/.test(pattern))).toEqual([]);
  });
});

describe('everything is bounded, or the cost of the CEL rules is not', () => {
  test.each<[string, (schema: StructuralSchema) => boolean]>([
    ['text', ({ type, enum: values, maxLength }) => type === 'string' && !values && !maxLength],
    ['lists', ({ type, maxItems }) => type === 'array' && !maxItems],
    ['maps', ({ additionalProperties, maxProperties }) => additionalProperties !== undefined && !maxProperties],
  ])('%s', (_, isUnbounded) => {
    expect(pathsWhere(isUnbounded, ours)).toEqual([]);
  });
});

test('lists say how they are merged, and what they are keyed by is required', () => {
  const isWrong = (schema: StructuralSchema): boolean => {
    const type = schema['x-kubernetes-list-type'];
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    if (type === 'map') return keys.length === 0 || keys.some((key) => !schema.items?.required?.includes(key));
    return keys.length > 0 || !['atomic', 'set'].includes(type ?? '');
  };
  expect(pathsWhere((schema) => schema.type === 'array' && isWrong(schema), ours)).toEqual([]);
});

test('the definition names what kubectl shows and scales', () => {
  const { spec, metadata } = customResourceDefinition();
  const [version] = spec.versions;
  expect(metadata?.name).toBe('mcpservers.mooring.dev');
  expect(spec.names.categories).toEqual(['all', 'mcp']);
  expect(version?.additionalPrinterColumns?.map(({ name }) => name)).toEqual([
    'Ready',
    'Reason',
    'Tools',
    'URL',
    'Age',
  ]);
  expect(version?.subresources).toEqual({
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  });
  // Every path that the columns and the scale name exists.
  const paths = new Set(all.map(({ path }) => path));
  for (const path of ['.spec.replicas', '.status.replicas', '.status.selector', '.status.toolCount', '.status.url']) {
    expect(paths).toContain(path);
  }
});

test('every field says what it is for, and stands in the reference', () => {
  const fields = ours.filter(({ path }) => /\.\w+$/.test(path) && path.split('.').length > 2);
  const reference = fieldReference();
  expect(pathsWhere(({ description = '' }) => !/\S.*\.$/.test(description), fields)).toEqual([]);
  expect(pathsWhere(({ description = '' }) => !reference.includes(description), fields)).toEqual([]);
});
