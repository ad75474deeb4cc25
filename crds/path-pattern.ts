import type { FieldPath } from './problem.ts';

/** `spec.env[].valueFrom` → `['spec', 'env', '[]', 'valueFrom']`: the path of a field in every entry of its lists. */
export const patternSteps = (pattern: string): string[] => pattern.replaceAll('[]', '.[]').split('.');

/** What stands at every place that fits the pattern. A last field that is absent counts, as undefined; a parent that is absent does not. */
export function valuesAt(root: unknown, pattern: string): { path: FieldPath; value: unknown }[] {
  let places: { path: FieldPath; value: unknown }[] = [{ path: [], value: root }];
  for (const step of patternSteps(pattern)) {
    places = places.flatMap(({ path, value }) => {
      if (step === '[]') {
        return Array.isArray(value) ? value.map((entry, index) => ({ path: [...path, index], value: entry })) : [];
      }
      if (!isObject(value)) return [];
      return [{ path: [...path, step], value: value[step] }];
    });
  }
  return places;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
