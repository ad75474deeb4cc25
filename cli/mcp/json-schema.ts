/** A JSON Schema of a stranger: `true` and `false` are schemas too. */
export type Schema = Readonly<Record<string, unknown>> | boolean;

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

/** Schemas that refer to each other in a circle end here. */
const MAX_DEPTH = 16;

/** Looks at one schema document; `root` is what its `$ref`s are read in. */
export interface SchemaReader {
  /** The types that a value may have; undefined where it may have any. */
  readonly types: (schema: Schema) => ReadonlySet<JsonType> | undefined;
  /** Names that an object may have, with their schemas; the first of several wins. */
  readonly properties: (schema: Schema) => ReadonlyMap<string, Schema>;
  readonly required: (schema: Schema) => readonly string[];
  /**
   * What names beside its own may hold; undefined where it has names and does not say that others are welcome. JSON Schema lets them
   * pass then, but a typing error is more likely.
   */
  readonly others: (schema: Schema) => Schema | undefined;
}

export function readSchema(root: Schema): SchemaReader {
  const resolve = (schema: Schema): Schema => {
    let next = schema;
    for (let depth = 0; depth < MAX_DEPTH && typeof next === 'object' && typeof next['$ref'] === 'string'; depth++) {
      next = pointedAt(root, next['$ref']);
    }
    return next;
  };

  /** The schema and every part that its values may have to fit, each once: parts may refer to each other. */
  const parts = (schema: Schema, seen = new Set<Schema>(), depth = 0): readonly Readonly<Record<string, unknown>>[] => {
    const known = resolve(schema);
    if (typeof known === 'boolean' || seen.has(known) || depth > MAX_DEPTH) return [];
    seen.add(known);
    const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => schemasIn(known[word]));
    return [known, ...inner.flatMap((part) => parts(part, seen, depth + 1))];
  };

  const types = (schema: Schema, seen = new Set<Schema>(), depth = 0): ReadonlySet<JsonType> | undefined => {
    const known = resolve(schema);
    if (typeof known === 'boolean' || depth > MAX_DEPTH) return undefined;
    // What was counted adds nothing.
    if (seen.has(known)) return new Set();
    seen.add(known);
    const own = ownTypes(known);
    if (own) return own;
    for (const word of ['anyOf', 'oneOf']) {
      const each = schemasIn(known[word]).map((part) => types(part, seen, depth + 1));
      if (each.length > 0 && each.every((some) => some !== undefined))
        return new Set(each.flatMap((some) => [...some]));
    }
    return schemasIn(known['allOf'])
      .map((part) => types(part, seen, depth + 1))
      .find((some) => some !== undefined && some.size > 0);
  };

  return {
    types(schema) {
      const found = types(schema);
      return found && found.size > 0 ? found : undefined;
    },
    properties(schema) {
      const found = new Map<string, Schema>();
      for (const { properties } of parts(schema)) {
        for (const [name, value] of Object.entries(isObject(properties) ? properties : {})) {
          if (isSchema(value) && !found.has(name)) found.set(name, value);
        }
      }
      return found;
    },
    required(schema) {
      const known = resolve(schema);
      const all = typeof known === 'boolean' ? [] : [known, ...schemasIn(known['allOf']).map(resolve)];
      const names = all.flatMap((part) =>
        typeof part === 'object' && Array.isArray(part['required']) ? part['required'] : [],
      );
      return [...new Set(names.filter((name) => typeof name === 'string'))];
    },
    others(schema) {
      const all = parts(schema);
      const said = all.map((part) => part['additionalProperties']).find((more) => more !== undefined);
      if (isObject(said)) return said;
      if (said !== undefined) return said === true ? true : undefined;
      const hasNames = all.some((part) => isObject(part['properties']) && !isObject(part['patternProperties']));
      return hasNames ? undefined : true;
    },
  };
}

const TYPES: ReadonlySet<unknown> = new Set<JsonType>([
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'array',
  'object',
]);

function ownTypes(schema: Readonly<Record<string, unknown>>): ReadonlySet<JsonType> | undefined {
  const { type, enum: values, properties } = schema;
  if (type !== undefined) return new Set([type].flat().filter((one): one is JsonType => TYPES.has(one)));
  if ('const' in schema) return new Set([typeOf(schema['const'])]);
  if (Array.isArray(values)) return new Set(values.map(typeOf));
  return isObject(properties) ? new Set(['object']) : undefined;
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const name = typeof value;
  return name === 'string' || name === 'number' || name === 'boolean' ? name : 'object';
}

/** `#/$defs/City`: a JSON pointer into the same document (RFC 6901). What it does not find may be anything. */
function pointedAt(root: Schema, ref: string): Schema {
  if (ref !== '#' && !ref.startsWith('#/')) return true;
  let found: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return true;
    found = (found as Record<string, unknown>)[name];
  }
  return isSchema(found) ? found : true;
}

const schemasIn = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSchema = (value: unknown): value is Schema => typeof value === 'boolean' || isObject(value);
