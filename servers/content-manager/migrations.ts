import { sql, type Migrations } from '../kit/index.ts';

export const migrations: Migrations = {
  '001-content': {
    up: async (db) => {
      await sql`
        create table page_cache (
          url text collate "C" primary key,
          final_url text not null,
          fetched_at timestamptz not null,
          extraction jsonb not null
        )`.execute(db);
      await sql`create index page_cache_by_age on page_cache (fetched_at)`.execute(db);
      await sql`
        create table research (
          id uuid primary key,
          owner text collate "C" not null,
          topic text not null,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index research_of_owner on research (owner, created_at desc, id desc)`.execute(db);
      await sql`
        create table research_source (
          research_id uuid not null references research on delete cascade,
          number integer not null,
          url text not null,
          title text not null,
          site text not null,
          author text,
          published text,
          language text,
          fetched_at timestamptz not null,
          text text not null,
          notes jsonb not null,
          primary key (research_id, number)
        )`.execute(db);
      await sql`
        create table post (
          id uuid primary key,
          owner text collate "C" not null,
          slug text collate "C" not null,
          status text not null check (status in ('draft', 'published')),
          version integer not null,
          created_at timestamptz not null default now(),
          updated_at timestamptz not null default now(),
          published_at timestamptz,
          unique (owner, slug)
        )`.execute(db);
      await sql`
        create table post_version (
          post_id uuid not null references post on delete cascade,
          version integer not null,
          title text not null,
          summary text not null,
          tags text[] not null,
          body text not null,
          words integer not null,
          research_id uuid,
          sources jsonb not null,
          created_at timestamptz not null default now(),
          primary key (post_id, version)
        )`.execute(db);
      await sql`
        create table post_image (
          post_id uuid primary key references post on delete cascade,
          png bytea not null,
          alt text not null
        )`.execute(db);
    },
  },
};
