import { sql, type Kysely } from 'kysely';
import type { Migrations } from '../../../core/migrate.ts';
import { digestOfTree, treeOf } from './skill-tree.ts';

/** Rows that are read at once: 64 KB each, so some megabytes. */
const PAGE = 50;

interface FlatSkill {
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly content: string;
}

/** From one flat table to versions with files, sharing, and what a folder agreed on last. What was there becomes a version. */
export const skillVersions: Migrations[string] = {
  up: async (db: Kysely<unknown>) => {
    await sql`
      alter table skills
        add column front_matter text not null default '',
        add column files jsonb not null default '[]',
        add column archived boolean not null default false`.execute(db);
    await sql`
      create table skill_versions (
        owner text collate "C" not null,
        name text collate "C" not null,
        version integer not null,
        author text not null,
        digest text not null,
        description text not null,
        front_matter text not null,
        content text not null,
        tags text[] not null,
        files jsonb not null,
        created_at timestamptz not null default now(),
        primary key (owner, name, version),
        foreign key (owner, name) references skills on delete cascade
      )`.execute(db);
    await sql`
      create table skill_blobs (
        owner text collate "C" not null,
        digest text collate "C" not null,
        bytes bytea not null,
        primary key (owner, digest)
      )`.execute(db);
    await sql`
      create table skill_shares (
        owner text collate "C" not null,
        name text collate "C" not null,
        kind text not null check (kind in ('person', 'scope', 'everyone')),
        grantee text collate "C" not null,
        primary key (owner, name, kind, grantee),
        foreign key (owner, name) references skills on delete cascade
      )`.execute(db);
    await sql`create index skill_shares_of_grantee on skill_shares (kind, grantee)`.execute(db);
    await sql`
      create table skill_syncs (
        owner text collate "C" not null,
        folder text collate "C" not null,
        name text collate "C" not null,
        agreed jsonb,
        intent jsonb,
        primary key (owner, folder, name)
      )`.execute(db);
    for (let after: FlatSkill | undefined; ;) {
      const { rows } = await sql<FlatSkill>`
        select owner, name, description, content from skills
        where (owner, name) > (${after?.owner ?? ''}, ${after?.name ?? ''})
        order by owner, name limit ${PAGE}`.execute(db);
      for (const row of rows) await keepFirst(db, row);
      after = rows.at(-1);
      if (!after) return;
    }
  },
};

/** The skill as it is becomes the only version that is known of it. */
async function keepFirst(db: Kysely<unknown>, { owner, name, ...text }: FlatSkill): Promise<void> {
  const digest = digestOfTree(treeOf({ name, frontMatter: '', files: [], ...text }));
  await sql`
    insert into skill_versions (owner, name, version, author, digest, description, front_matter, content, tags, files, created_at)
    select owner, name, version, owner, ${digest}, description, front_matter, content, tags, files, updated_at
    from skills where owner = ${owner} and name = ${name}`.execute(db);
}
