import { MAX_REFUSED_A_DAY } from '../secret-audit.ts';
import type { Grant } from '../secret-store.ts';
import type { Person } from '../../testing/marketplace.ts';

const SCOPES = ['user', 'tools:read', 'secrets:read'];
/** Two who own secrets, and those around them. Each owner has a skill `kit` that is shared with bob alone. */
export const PEOPLE = {
  ada: { subject: 'ada', scopes: SCOPES },
  bob: { subject: 'bob', scopes: SCOPES },
  carol: { subject: 'carol', scopes: [...SCOPES, 'ops'] },
  eve: { subject: 'eve', scopes: [...SCOPES, 'admin'] },
  tim: { subject: 'tim', scopes: ['user', 'tools:read', 'ops'] },
  nobody: { scopes: [...SCOPES, 'ops'] },
} satisfies Record<string, Person>;
export type Who = keyof typeof PEOPLE;
export const OWNERS = ['ada', 'bob'] as const;
export const NAMES = ['ONE', 'TWO'] as const;
export const GRANTS: readonly Grant[] = [
  { to: 'person', grantee: 'bob' },
  { to: 'person', grantee: 'tim' },
  // A role that is named as a person, and a person who is named as a role.
  { to: 'role', grantee: 'bob' },
  { to: 'person', grantee: 'ops' },
  { to: 'role', grantee: 'ops' },
  { to: 'skill', grantee: 'kit' },
];

export type Act =
  | { readonly does: 'set' | 'rotate' | 'delete'; readonly owner: Who; readonly name: string }
  | { readonly does: 'grant' | 'revoke'; readonly owner: Who; readonly name: string; readonly grant: Grant }
  | {
      readonly does: 'read';
      readonly reader: Who;
      readonly owner: Who;
      readonly names: readonly string[];
      readonly skill: string | undefined;
    };

export interface Noted {
  readonly owner: string;
  readonly name: string;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
}

interface Kept {
  value: string;
  version: number;
  readonly grants: Set<string>;
}

const keyOf = ({ to, grantee }: Grant): string => `${to} ${grantee}`;

/** What people may expect of the secrets: in memory, without keys. */
export class VaultModel {
  readonly kept = new Map<string, Kept>();
  readonly noted: Noted[] = [];
  /** Every value that there ever was. */
  readonly values = new Set<string>();

  /** What the act answers: the values that are read, or nothing; undefined where it is refused. `value` is what is set. */
  act(act: Act, value: string): readonly { name: string; value: string; version: number }[] | undefined {
    if (act.does === 'read') return this.#read(act);
    const { does, owner, name } = act;
    const id = `${owner} ${name}`;
    const there = this.kept.get(id);
    if (does === 'set' ? there : !there) return undefined;
    if (does === 'set') this.kept.set(id, { value, version: 1, grants: new Set() });
    if (does === 'rotate' && there) Object.assign(there, { value, version: there.version + 1 });
    if (does === 'set' || does === 'rotate') this.values.add(value);
    if (does === 'delete') this.kept.delete(id);
    if (does === 'grant') there?.grants.add(keyOf(act.grant));
    if (does === 'revoke' && !there?.grants.delete(keyOf(act.grant))) return undefined;
    this.noted.push({ owner, name, actor: owner, action: does, outcome: 'done' });
    return [];
  }

  #read({ reader, owner, names, skill }: Act & { does: 'read' }) {
    const person: Person = PEOPLE[reader];
    // Who is not signed in or has not the scope does not come as far as a secret.
    if (person.subject === undefined || !person.scopes?.includes('secrets:read')) return undefined;
    const found = [...new Set(names)].map((name) => ({ name, kept: this.kept.get(`${owner} ${name}`) }));
    const refused = found.filter(({ kept }) => !kept || !this.#isOpen(kept, reader, owner, skill));
    const outcome = refused.length > 0 ? 'refused' : 'done';
    for (const { name, kept } of refused.length > 0 ? refused : found) {
      const entry = { owner, name, actor: reader, action: 'read', outcome };
      if (kept && (outcome === 'done' || this.#count(entry) < MAX_REFUSED_A_DAY)) this.noted.push(entry);
    }
    if (refused.length > 0) return undefined;
    return found.flatMap(({ name, kept }) => (kept ? [{ name, value: kept.value, version: kept.version }] : []));
  }

  #count(entry: Noted): number {
    return this.noted.filter((each) => JSON.stringify(each) === JSON.stringify(entry)).length;
  }

  #isOpen({ grants }: Kept, reader: Who, owner: Who, skill: string | undefined): boolean {
    if (reader === owner || grants.has(`person ${reader}`)) return true;
    if (PEOPLE[reader].scopes.some((scope) => grants.has(`role ${scope}`))) return true;
    return skill === 'kit' && reader === 'bob' && grants.has('skill kit');
  }
}
