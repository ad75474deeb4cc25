import type { z } from 'zod';

/** Enough for a field, its parent, and the entry of a list that both are in. */
const ROUNDS = 4;

/**
 * What is left of a value when everything that a schema does not accept is taken out: unknown fields, and the smallest field or entry of a list around
 * each other issue. Undefined where that does not make it acceptable.
 */
export function withoutIssues<Output>(schema: z.ZodType<Output>, value: unknown): Output | undefined {
  let rest = value;
  for (let round = 0; round < ROUNDS; round += 1) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return parsed.data;
    rest = structuredClone(rest);
    for (const issue of parsed.error.issues) {
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const path of paths) takeOut(rest, path);
    }
    rest = compacted(rest);
  }
  return undefined;
}

type Container = Record<PropertyKey, unknown> | undefined;

/** Takes out what is there; where it is missing, what misses it. */
function takeOut(root: unknown, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<Container>((at, step) => at?.[step] as Container, root as Container);
  // What is around it was taken out for another reason.
  if (last === undefined || parent === undefined) return;
  if (parent[last] === undefined) takeOut(root, path.slice(0, -1));
  // Entries of lists keep their places until all issues were seen.
  else parent[last] = undefined;
}

/** Without what is undefined. */
function compacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== undefined).map(compacted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, compacted(field)]));
}
