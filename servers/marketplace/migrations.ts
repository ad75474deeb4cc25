import { sql } from 'kysely';
import type { Migrations } from '../../core/migrate.ts';
import { skillVersions } from './skills/skill-versions-migration.ts';

/** Names are compared by code point ("C"), so that pages have the same order with every database. */
export const migrations: Migrations = {
  '001-skills': {
    up: async (db) => {
      await sql`
        create table skills (
          owner text collate "C" not null,
          name text collate "C" not null,
          description text not null,
          content text not null,
          tags text[] not null,
          version integer not null default 1,
          created_at timestamptz not null default now(),
          updated_at timestamptz not null default now(),
          primary key (owner, name)
        )`.execute(db);
    },
  },
  '002-skill-versions': skillVersions,
};
