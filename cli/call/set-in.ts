import { Failure } from '../../core/failure.ts';
import { isObject } from '../mcp/json-schema.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** The same values with one more, in objects that are made where they are missing. Throws `usage` where something else is in its place. */
export function setIn(values: Arguments, path: readonly string[], value: unknown): Arguments {
  const [name = '', ...rest] = path;
  // A computed name is a member of its own whatever it is, `__proto__` too.
  if (rest.length === 0) return { ...values, [name]: value };
  const before = Object.hasOwn(values, name) ? values[name] : {};
  if (isObject(before)) return { ...values, [name]: setIn(before, rest, value) };
  throw new Failure('usage', `The argument ${name} is given as a whole and in parts. Give one of them.`);
}
