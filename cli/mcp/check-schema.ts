import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { oneLine } from '../output/harmless.ts';
import { isObject } from './json-schema.ts';
import { quietly } from './quietly.ts';
import { withoutPatterns } from './without-patterns.ts';

/** Characters of what is wrong. */
const MAX_MESSAGE = 500;

const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/** A schema that fits schemas, in the dialect that a schema names. */
const schemaOfSchemas = ({ $schema }: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  typeof $schema === 'string' && DRAFT_7.test($schema)
    ? { $schema, $ref: 'http://json-schema.org/draft-07/schema#' }
    : { $ref: 'https://json-schema.org/draft/2020-12/schema' };

/** Making an engine takes 30 ms, so schemas share one. */
let shared: AjvJsonSchemaValidator | undefined;

/** An engine remembers schemas by their `$id`; strangers choose those, so who has one gets an engine of its own. */
const engineFor = (schema: object): AjvJsonSchemaValidator =>
  JSON.stringify(schema).includes('"$id"') ? new AjvJsonSchemaValidator() : (shared ??= new AjvJsonSchemaValidator());

/** What is wrong with a JSON Schema, in words; undefined where nothing is. */
export function schemaProblem(schema: unknown): string | undefined {
  if (!isObject(schema)) return 'is no JSON object';
  try {
    return quietly(() => {
      const engine = engineFor(schema);
      const { errorMessage } = engine.getValidator(schemaOfSchemas(schema))(schema);
      if (errorMessage !== undefined) return inWords(errorMessage, 'the schema');
      engine.getValidator(schema);
      return undefined;
    });
  } catch (error) {
    return oneLine((error as Error).message, MAX_MESSAGE);
  }
}

/**
 * Why a value does not fit a schema, in words; undefined where it fits, and where the schema cannot be read: then its server is the judge, as it is of
 * its patterns.
 */
export function misfit(schema: Readonly<Record<string, unknown>>, value: unknown, name: string): string | undefined {
  try {
    const checked = withoutPatterns(schema) as Record<string, unknown>;
    const { errorMessage } = quietly(() => engineFor(checked).getValidator(checked)(value));
    return errorMessage === undefined ? undefined : inWords(errorMessage, name);
  } catch {
    return undefined;
  }
}

/** `days must be <= 7`: the engine calls the whole `data` and what is in it `data/days`. */
const inWords = (errors: string, name: string): string =>
  oneLine(
    errors
      .replaceAll(
        /(^|, )data\/([^\s,]+)/g,
        (_match, before: string, path: string) => before + path.replaceAll('/', '.'),
      )
      .replaceAll(/(^|, )data\b/g, `$1${name}`),
    MAX_MESSAGE,
  );
