import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Members that tell entries of a list apart: of containers, env, volumes; of Service ports; of mounts; of container ports; of owners. */
const KEYS: readonly (readonly string[])[] = [['name'], ['mountPath'], ['containerPort', 'protocol'], ['uid']];

/**
 * What `live` says in the places that `wanted` names: equal to `wanted` where nothing has to be applied. Fields and list entries that others
 * have added do not count; the API server's defaults neither. But a selector, and what a NetworkPolicy says, count whole.
 */
export function project(wanted: unknown, live: unknown): unknown {
  if (Array.isArray(wanted)) return Array.isArray(live) ? projectList(wanted, live) : live;
  if (!isFields(wanted) || !isFields(live)) return live;
  const see = (name: string, value: unknown): unknown => {
    if (name === 'selector') return live[name];
    return name === 'spec' && wanted['kind'] === 'NetworkPolicy'
      ? whole(value, live[name])
      : project(value, live[name]);
  };
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, see(name, value)]));
}

/** Where whatever is added opens something or leads elsewhere. Of the API server it is only known that it leaves out empty lists. */
function whole(wanted: unknown, live: unknown): unknown {
  const text = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value ?? null, withoutEmptyLists)));
  return text(wanted) === text(live) ? wanted : { another: live };
}

const withoutEmptyLists = (_name: string, value: unknown): unknown =>
  Array.isArray(value) && value.length === 0 ? undefined : value;

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
