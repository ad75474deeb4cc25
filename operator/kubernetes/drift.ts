import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Members that tell entries of a list apart, in this order: containers, env, volumes; mounts; container ports; Service ports; owners. */
const KEYS = ['name', 'mountPath', 'containerPort', 'port', 'uid'] as const;

/**
 * What `live` says in the places that `wanted` names: equal to `wanted` where nothing has to be applied. Fields and list entries that others
 * have added do not count; the API server's defaults neither.
 */
export function project(wanted: unknown, live: unknown): unknown {
  if (Array.isArray(wanted)) return Array.isArray(live) ? projectList(wanted, live) : live;
  if (!isFields(wanted) || !isFields(live)) return live;
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, project(value, live[name])]));
}

function projectList(wanted: readonly unknown[], live: readonly unknown[]): readonly unknown[] {
  const key = KEYS.find((name) => wanted.length > 0 && wanted.every((entry) => isFields(entry) && name in entry));
  if (key === undefined) {
    // Whole: an entry more or less is a difference.
    return wanted.length === live.length ? wanted.map((entry, index) => project(entry, live[index])) : live;
  }
  return wanted.map((entry) =>
    project(
      entry,
      live.find((other) => isFields(other) && other[key] === memberOf(entry, key)),
    ),
  );
}

/** The same text for values that mean the same: the API server leaves out what is empty. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(withoutEmpty(value)))
    .digest('base64url')
    .slice(0, 22);

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutEmpty(entry) ?? {});
  if (!isFields(value)) return value ?? undefined;
  const members = Object.entries(value)
    .map(([name, member]) => [name, withoutEmpty(member)] as const)
    .filter(([, member]) => !isEmpty(member));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberOf = (entry: unknown, key: string): unknown => (isFields(entry) ? entry[key] : undefined);
