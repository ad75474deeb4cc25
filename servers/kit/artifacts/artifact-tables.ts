import { sql } from 'kysely';
import type { Migrations } from '../../../core/migrate.ts';

/** What the migrations below have made; the prefix leaves every other name to the server. */
export interface ArtifactTables {
  kit_artifacts: {
    readonly id: string;
    /** Subject of the person who made it. */
    readonly owner: string;
    readonly type: string;
    readonly title: string;
    /** JSON, as text: jsonb knows no U+0000. */
    readonly content: string;
    readonly bytes: number;
    readonly created_at: Date;
    readonly expires_at: Date;
  };
}

/** They have a list of their own, so that they come between no migrations of the server. */
export const artifactMigrations: Migrations = {
  '001-artifacts': {
    up: async (db) => {
      await sql`
        create table kit_artifacts (
          id uuid primary key,
          owner text collate "C" not null,
          type text not null,
          title text not null,
          content text not null,
          bytes integer not null,
          created_at timestamptz not null,
          expires_at timestamptz not null
        )`.execute(db);
      await sql`create index kit_artifacts_of_owner on kit_artifacts (owner, created_at desc, id desc)`.execute(db);
      await sql`create index kit_artifacts_by_expiry on kit_artifacts (expires_at)`.execute(db);
    },
  },
};
