import { z } from 'zod';
import type { FieldPath } from './problem.ts';

/** A schema without what only makes it optional. `allowed` says in words what it accepts (see text.ts). */
export interface Field {
  readonly schema: z.core.$ZodType;
  readonly allowed: string | undefined;
}

/** What the model says about the field at this path; undefined below fields that it does not know. */
export function fieldAt(root: z.core.$ZodType, path: FieldPath): Field | undefined {
  const field = unwrapped(root);
  const [step, ...rest] = path;
  if (step === undefined) return field;
  const next = childAt(field.schema, step);
  return next && fieldAt(next, rest);
}

/** The names that an object has in the model. */
export const knownFields = (field: Field | undefined): string[] =>
  field?.schema instanceof z.ZodObject ? Object.keys(field.schema.shape) : [];

/** The model of one field or entry of an object, list or map. */
export function childAt(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

/** Removes `optional`, `default` and `prefault`. */
export function unwrapped(schema: z.core.$ZodType): Field {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  const allowed = z.globalRegistry.get(inner)?.['allowed'];
  return { schema: inner, allowed: typeof allowed === 'string' ? allowed : undefined };
}
