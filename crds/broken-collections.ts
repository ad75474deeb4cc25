import { z } from 'zod';
import { childAt, unwrapped } from './schema-at.ts';
import type { FieldPath, Finding } from './problem.ts';

/** Sets with an entry twice, keyed lists with a key twice, maps with too many entries: what the API server refuses beside types and bounds. */
export function brokenCollections(model: z.core.$ZodType, value: unknown, path: FieldPath = []): Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  const { schema } = unwrapped(model);
  return [
    ...(Array.isArray(value) ? repeated(schema, value, path) : oversized(schema, value, path)),
    ...Object.entries(value).flatMap(([key, child]) => {
      const step = Array.isArray(value) ? Number(key) : key;
      const childModel = childAt(schema, step);
      return childModel ? brokenCollections(childModel, child, [...path, step]) : [];
    }),
  ];
}

function repeated(schema: z.core.$ZodType, list: readonly unknown[], path: FieldPath): Finding[] {
  const meta = z.globalRegistry.get(schema);
  const [key] = (meta?.['x-kubernetes-list-map-keys'] ?? []) as string[];
  if (key === undefined && meta?.['x-kubernetes-list-type'] !== 'set') return [];
  const seen = new Set<unknown>();
  return list.flatMap((entry, index) => {
    const identity = key === undefined ? entry : (entry as Record<string, unknown> | null)?.[key];
    // What is no text or number, or has no key, is a problem of its own.
    if (typeof identity !== 'string' && typeof identity !== 'number') return [];
    if (!seen.has(identity)) {
      seen.add(identity);
      return [];
    }
    return [
      key === undefined
        ? { path: [...path, index], message: 'is in this list twice', hint: 'remove one of the two' }
        : {
            path: [...path, index, key],
            message: 'is used twice in this list',
            hint: `give each entry its own \`${key}\``,
          },
    ];
  });
}

function oversized(schema: z.core.$ZodType, map: object, path: FieldPath): Finding[] {
  const max = z.globalRegistry.get(schema)?.['maxProperties'];
  const count = Object.keys(map).length;
  if (typeof max !== 'number' || count <= max) return [];
  return [{ path, message: `has ${count} entries`, hint: `at most ${max} are allowed` }];
}
