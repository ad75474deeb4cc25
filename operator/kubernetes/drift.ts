import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Members that tell entries of a list apart: of containers, env, volumes; of mounts; of container ports; of Service ports; of owners. */
const KEYS: readonly (readonly string[])[] = [
  ['name'],
  ['mountPath'],
  ['containerPort', 'protocol'],
  ['port', 'protocol'],
  ['uid'],
];

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
  const key = KEYS.find((members) => tellsApart(members, wanted));
  if (!key) {
    // Whole: an entry more or less is a difference.
    return wanted.length === live.length ? wanted.map((entry, index) => project(entry, live[index])) : live;
  }
  return wanted.map((entry) =>
    project(
      entry,
      live.find((other) => key.every((member) => memberOf(other, member) === memberOf(entry, member))),
    ),
  );
}

function tellsApart(members: readonly string[], entries: readonly unknown[]): boolean {
  const keys = entries.map((entry) => members.map((member) => memberOf(entry, member)));
  return (
    keys.every(([first]) => first !== undefined) &&
    new Set(keys.map((key) => JSON.stringify(key))).size === entries.length
  );
}

/** The same text for values that mean the same: the API server leaves out what is empty. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(withoutEmpty(value) ?? null))
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
