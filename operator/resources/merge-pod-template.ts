/** Lists whose entries are known by a field, as in Kubernetes' own strategic merge patch. Every other list is replaced as a whole. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['volumes', 'name'],
  ['env', 'name'],
  // One volume can be seen at two paths, but at one path there is one volume.
  ['volumeMounts', 'mountPath'],
]);

/** Their entries have exactly one source: two merged would have two, which the API server refuses. */
const REPLACED_ENTRIES: ReadonlySet<string> = new Set(['volumes', 'env', 'volumeMounts']);

/** `$patch: replace` and `$patch: delete`, as in a strategic merge patch. */
const DIRECTIVE = '$patch';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Lays a partial PodTemplateSpec over another: objects deeply; containers, volumes and env by name, mounts by path; other lists replaced. An object
 * with `$patch: replace` replaces what it would be merged with, one with `$patch: delete` removes it; so does null, which client-side `kubectl apply`
 * takes out before it reaches the API server. Pure; never fails.
 */
export const mergePodTemplate = (base: JsonObject, patch: JsonObject): JsonObject => mergeObjects(base, patch);

function mergeObjects(base: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(patch[DIRECTIVE] === 'replace' ? [] : Object.entries(base));
  for (const [field, value] of Object.entries(patch)) {
    if (field === DIRECTIVE) continue;
    if (isRemoval(value)) merged.delete(field);
    else merged.set(field, mergeValues(field, merged.get(field), value));
  }
  // Unlike an assignment, this makes `__proto__` a field like any other.
  return Object.fromEntries(merged);
}

function mergeValues(field: string, base: unknown, patch: unknown): unknown {
  if (isObject(patch)) return mergeObjects(isObject(base) ? base : {}, patch);
  if (!Array.isArray(patch)) return patch;
  const key = KEYS.get(field);
  return key === undefined ? patch.map(clean) : mergeEntries(field, key, Array.isArray(base) ? base : [], patch);
}

function mergeEntries(field: string, key: string, base: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const merged = [...base];
  for (const entry of patch) {
    const name = isObject(entry) ? entry[key] : undefined;
    const index = merged.findIndex((other) => isObject(other) && other[key] === name);
    const found = index >= 0;
    if (isRemoval(entry)) {
      if (found) merged.splice(index, 1);
    } else if (found) {
      merged[index] = REPLACED_ENTRIES.has(field) ? clean(entry) : mergeValues(field, merged[index], entry);
    } else {
      merged.push(clean(entry));
    }
  }
  return merged;
}

/** The value alone: without what only says how to merge. */
const clean = (value: unknown): unknown => mergeValues('', undefined, value);

const isRemoval = (value: unknown): boolean => value === null || (isObject(value) && value[DIRECTIVE] === 'delete');

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
