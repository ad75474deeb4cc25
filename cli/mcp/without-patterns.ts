import { isObject } from './json-schema.ts';

/** Keywords whose value is a schema for each name, so that the names in it are no keywords. */
const BY_NAME: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

/** Keywords whose value is data. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/**
 * A schema of a stranger without its regular expressions: one of them can keep this process busy for ever, whatever it is asked (CWE-1333), and no
 * signal ends that. What it says of all other names goes with `patternProperties`: it would be said of those too.
 */
export function withoutPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (!isObject(schema)) return schema;
  const dropped = new Set([
    'pattern',
    ...('patternProperties' in schema ? ['patternProperties', 'additionalProperties', 'unevaluatedProperties'] : []),
  ]);
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !dropped.has(keyword))
      .map(([keyword, value]) => [keyword, inner(keyword, value)]),
  );
}

function inner(keyword: string, value: unknown): unknown {
  if (DATA.has(keyword)) return value;
  if (!BY_NAME.has(keyword) || !isObject(value)) return withoutPatterns(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, withoutPatterns(schema)]));
}
