import { isObject } from '../../crds/path-pattern.ts';
import { printable } from '../../crds/problem.ts';
import { note, type Draft } from './draft.ts';

type Json = Readonly<Record<string, unknown>>;

/** An object of a stranger, read field by field, so that what nobody read can be told. Only own fields count: `__proto__` is text like any other. */
export interface Fields {
  /** Text, or a number or truth value as text. */
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  /** A list of texts; entries that are none are noted. */
  texts(name: string): string[];
  object(name: string): Json | undefined;
  /** A list of objects. */
  objects(name: string): Json[];
  /** Any value, as it is. */
  any(name: string): unknown;
  /** Fields that mean nothing here, so that nobody misses them. */
  ignore(...names: readonly string[]): void;
  /** Fields that are known and have no counterpart: each that is there is noted, with the reason and what to do. */
  refuse(reasons: Readonly<Record<string, string>>): void;
  /** Notes every field that nobody asked for. */
  finish(): void;
}

/** `prefix` stands before names of fields in notes: `oauth.` for those of `oauth`. */
export function readFields(value: unknown, draft: Draft, prefix = ''): Fields {
  const object = isObject(value) ? value : {};
  const asked = new Set<string>();
  const get = (name: string): unknown => {
    asked.add(name);
    return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
  };
  const leftOut = (name: string, why: string): undefined => {
    note(draft, `${prefix}${printable(name)}`, `${why}, so it was left out`);
  };
  return {
    any: get,
    text(name) {
      const found = get(name);
      return found === undefined || isScalar(found) ? optionalText(found) : leftOut(name, 'is no text');
    },
    flag(name) {
      const found = get(name);
      return found === undefined || typeof found === 'boolean' ? found : leftOut(name, 'is neither true nor false');
    },
    integer(name) {
      const found = get(name);
      return found === undefined || isInteger(found) ? found : leftOut(name, 'is no whole number');
    },
    texts(name) {
      const found = get(name) ?? [];
      if (!Array.isArray(found)) return leftOut(name, 'is no list') ?? [];
      if (!found.every(isScalar)) leftOut(`${name}[]`, 'holds what is no text');
      return found.filter(isScalar).map(String);
    },
    object(name) {
      const found = get(name);
      return found === undefined || isObject(found) ? found : leftOut(name, 'is no map');
    },
    objects(name) {
      const found = get(name) ?? [];
      if (!Array.isArray(found)) return leftOut(name, 'is no list') ?? [];
      if (!found.every(isObject)) leftOut(`${name}[]`, 'holds what is no map');
      return found.filter(isObject);
    },
    ignore: (...names) => names.forEach((name) => asked.add(name)),
    refuse(reasons) {
      for (const [name, reason] of Object.entries(reasons)) {
        if (isFilled(get(name))) note(draft, `${prefix}${name}`, reason);
      }
    },
    finish() {
      for (const name of Object.keys(object)) {
        if (!asked.has(name)) note(draft, `${prefix}${printable(name)}`, 'has no counterpart, so it was left out');
      }
    },
  };
}

/** Text, a number or a truth value as text; anything else is none. (`String` would call a `toString` that a stranger wrote.) */
export const textOf = (value: unknown): string => (isScalar(value) ? String(value) : '');

const optionalText = (value: unknown): string | undefined => (value === undefined ? undefined : textOf(value));

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isInteger = (value: unknown): value is number => Number.isInteger(value);

const isFilled = (value: unknown): boolean =>
  value !== undefined && value !== false && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0);
