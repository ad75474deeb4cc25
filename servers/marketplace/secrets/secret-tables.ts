import { sql, type Generated } from 'kysely';
import type { Migrations } from '../../../core/migrate.ts';
import type { SealedValue } from './sealed-value.ts';

export type GranteeKind = 'person' | 'role' | 'skill';

/** What `secretMigrations` has made. */
export interface SecretTables {
  secrets: {
    /** Subject of the person whose secret it is. */
    readonly owner: string;
    readonly name: string;
    version: number;
    sealed: SealedValue;
    /** That of `sealed`, so that a rotation finds what is left. */
    kid: string;
    readonly created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  secret_grants: {
    readonly owner: string;
    readonly name: string;
    readonly kind: GranteeKind;
    readonly grantee: string;
  };
  /** Who did what with a secret. Never a value. It outlives the secret. */
  secret_audit: {
    readonly id: Generated<string>;
    readonly at: Generated<Date>;
    readonly owner: string;
    readonly name: string;
    readonly actor: string;
    readonly client: string | null;
    readonly action: string;
    readonly outcome: 'done' | 'refused';
  };
  /** Values that a person is to type on a page. */
  secret_entries: {
    readonly id: string;
    readonly owner: string;
    readonly name: string;
    readonly expires_at: Date;
    used_at: Date | null;
  };
}

export const secretMigrations: Migrations = {
  '010-secrets': {
    up: async (db) => {
      await sql`
        create table secrets (
          owner text collate "C" not null,
          name text collate "C" not null,
          version integer not null,
          sealed jsonb not null,
          kid text collate "C" not null,
          created_at timestamptz not null default now(),
          updated_at timestamptz not null default now(),
          primary key (owner, name)
        )`.execute(db);
      await sql`create index secrets_by_kid on secrets (kid)`.execute(db);
      await sql`
        create table secret_grants (
          owner text collate "C" not null,
          name text collate "C" not null,
          kind text not null,
          grantee text collate "C" not null,
          primary key (owner, name, kind, grantee),
          foreign key (owner, name) references secrets on delete cascade
        )`.execute(db);
      await sql`
        create table secret_audit (
          id bigint generated always as identity primary key,
          at timestamptz not null default now(),
          owner text collate "C" not null,
          name text collate "C" not null,
          actor text not null,
          client text,
          action text not null,
          outcome text not null
        )`.execute(db);
      await sql`create index secret_audit_by_owner on secret_audit (owner, id)`.execute(db);
      await sql`create index secret_audit_by_time on secret_audit (at)`.execute(db);
      await sql`
        create table secret_entries (
          id text collate "C" primary key,
          owner text collate "C" not null,
          name text collate "C" not null,
          expires_at timestamptz not null,
          used_at timestamptz
        )`.execute(db);
    },
  },
  '011-refused-reads': {
    up: async (db) => {
      // So that counting those of one person stays cheap, however many there are.
      await sql`
        create index secret_audit_refused on secret_audit (owner, name, actor, at) where outcome = 'refused'`.execute(
        db,
      );
    },
  },
};
