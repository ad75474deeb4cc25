import { z } from 'zod';
import { patternSteps } from './path-pattern.ts';
import { RULES, type Rule } from './rules.ts';

/** The part of JSON Schema that a CustomResourceDefinition may use, and what the model adds for people (`allowed`). */
export interface StructuralSchema {
  type?: string;
  description?: string;
  allowed?: string;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  items?: StructuralSchema;
  additionalProperties?: StructuralSchema;
  anyOf?: StructuralSchema[];
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
}

/**
 * The model as the API server wants it, or with the words for people (`allowed`) that only the field reference can show.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralSchema(model: z.ZodType, options: { words?: boolean } = {}): StructuralSchema {
  return z.toJSONSchema(model, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      makeStructural(jsonSchema as StructuralSchema);
      if (options.words !== true) delete jsonSchema['allowed'];
    },
  }) as StructuralSchema;
}

function makeStructural(schema: StructuralSchema): void {
  // Unknown fields: the API server prunes them, or refuses them where the client asks for strict validation (kubectl does).
  const closed = (schema.additionalProperties as unknown) === false;
  if (closed || schema['x-kubernetes-preserve-unknown-fields']) delete schema.additionalProperties;
  if (schema.properties && Object.keys(schema.properties).length === 0) delete schema.properties;
  // The only form of a union that is accepted; bounds stand beside it.
  if (schema['x-kubernetes-int-or-string']) schema.anyOf = [{ type: 'integer' }, { type: 'string' }];
  // What zod writes for "any safe integer".
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  // The API server checks the format itself; the pattern of zod needs no second home.
  if (schema.format === 'date-time') delete schema.pattern;
}

/** Adds the rules over several fields to the objects that they are about. */
export function addRules(root: StructuralSchema, rules: readonly Rule[] = RULES): void {
  for (const { path, cel, message, hint } of rules) {
    const target = patternSteps(path).reduce<StructuralSchema | undefined>(
      (schema, step) => (step === '[]' ? schema?.items : schema?.properties?.[step]),
      root,
    );
    if (!target) throw new Error(`a rule is about ${path}, which the model does not have`);
    (target['x-kubernetes-validations'] ??= []).push({ rule: cel, message: `${message}; ${hint}` });
  }
}
