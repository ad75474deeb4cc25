import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';

type SdkSchema = StandardSchemaWithJSON['~standard'];

/** A schema for the SDK, converted to JSON Schema once; it would do that with a zod schema on every request. */
export function sdkSchema(
  schema: z.ZodObject,
  validate: SdkSchema['validate'] = schema['~standard'].validate,
): StandardSchemaWithJSON {
  const { jsonSchema, ...standard } = schema['~standard'] as SdkSchema;
  const input = jsonSchema.input({ target: 'draft-2020-12' });
  const output = jsonSchema.output({ target: 'draft-2020-12' });
  return { '~standard': { ...standard, validate, jsonSchema: { input: () => input, output: () => output } } };
}
