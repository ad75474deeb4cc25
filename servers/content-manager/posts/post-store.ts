import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { CitedSource, PostStatus, Tables } from '../tables.ts';

type Database = Kysely<Tables>;

/** Posts of one person, and versions of one post: enough for years of daily writing. */
export const MAX_POSTS = 1000;
const MAX_VERSIONS = 200;

/** What a version holds. */
export interface PostContent {
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly body: string;
  readonly words: number;
  /** What it was written from; that may be gone. */
  readonly researchId: string | null;
  readonly sources: readonly CitedSource[];
}

/** What a version brings; the status is that of the post from then on. */
export interface PostChange {
  readonly content: PostContent;
  readonly status: PostStatus;
}

export interface Post extends PostContent {
  readonly slug: string;
  readonly status: PostStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly publishedAt: Date | null;
}

export type PostEntry = Pick<Post, 'slug' | 'status' | 'version' | 'title' | 'summary' | 'updatedAt'>;

/** False where the owner has a post of this slug. */
export async function insertPost(
  db: Database,
  owner: string,
  slug: string,
  { content, status }: PostChange,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const id = randomUUID();
    const { numInsertedOrUpdatedRows: inserted } = await transaction
      .insertInto('post')
      .values({ id, owner, slug, version: 1, ...FIRST[status], updated_at: sql`now()` })
      .onConflict((conflict) => conflict.columns(['owner', 'slug']).doNothing())
      .executeTakeFirst();
    if (!inserted) return false;
    await transaction
      .insertInto('post_version')
      .values(versionRow(id, 1, content))
      .execute();
    return true;
  });
}

/** Adds the next version where the newest is still this one; false where it is not. */
export async function addVersion(
  db: Database,
  owner: string,
  { slug, version }: { readonly slug: string; readonly version: number },
  { content, status }: PostChange,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('post')
      .set({ version: version + 1, ...LATER[status], updated_at: sql`now()` })
      .where('owner', '=', owner)
      .where('slug', '=', slug)
      .where('version', '=', version)
      .returning('id')
      .executeTakeFirst();
    if (!row) return false;
    await transaction
      .insertInto('post_version')
      .values(versionRow(row.id, version + 1, content))
      .execute();
    await transaction
      .deleteFrom('post_version')
      .where('post_id', '=', row.id)
      .where('version', '<=', version + 1 - MAX_VERSIONS)
      .execute();
    return true;
  });
}

/** Changes the status where the newest version is still this one; false where it is not. */
export async function setStatus(
  db: Database,
  owner: string,
  { slug, version }: { readonly slug: string; readonly version: number },
  status: PostStatus,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('post')
    .set({ ...LATER[status], updated_at: sql`now()` })
    .where('owner', '=', owner)
    .where('slug', '=', slug)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** The newest version unless told; undefined where this owner has none. */
export async function findPost(db: Database, owner: string, slug: string, version?: number): Promise<Post | undefined> {
  const row = await db
    .selectFrom('post')
    .innerJoin('post_version', 'post_version.post_id', 'post.id')
    .select(['slug', 'status', 'post.created_at', 'updated_at', 'published_at', 'post_version.version'])
    .select(['title', 'summary', 'tags', 'body', 'words', 'research_id', 'sources'])
    .where('owner', '=', owner)
    .where('slug', '=', slug)
    .whereRef('post_version.version', '=', version === undefined ? 'post.version' : sql.lit(version))
    .executeTakeFirst();
  if (!row) return undefined;
  const {
    created_at: createdAt,
    updated_at: updatedAt,
    published_at: publishedAt,
    research_id: researchId,
    ...rest
  } = row;
  return { ...rest, researchId, createdAt, updatedAt, publishedAt };
}

export async function countPosts(db: Database, owner: string): Promise<number> {
  const { count } = await db
    .selectFrom('post')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** By slug, those after `after`. */
export async function listPosts(db: Database, owner: string, after: string, limit: number): Promise<PostEntry[]> {
  const rows = await db
    .selectFrom('post')
    .innerJoin('post_version', (join) =>
      join.onRef('post_version.post_id', '=', 'post.id').onRef('post_version.version', '=', 'post.version'),
    )
    .select(['slug', 'status', 'post.version', 'title', 'summary', 'updated_at'])
    .where('owner', '=', owner)
    .where('slug', '>', after)
    .orderBy('slug')
    .limit(limit)
    .execute();
  return rows.map(({ updated_at: updatedAt, ...row }) => ({ ...row, updatedAt }));
}

/** What a status says of a new post. */
const FIRST = {
  draft: { status: 'draft', published_at: null },
  published: { status: 'published', published_at: sql<Date>`now()` },
} as const;

/** And of one that is there: the day of its first publication stays. */
const LATER = {
  draft: { status: 'draft' },
  published: { status: 'published', published_at: sql<Date>`coalesce(published_at, now())` },
} as const;

const versionRow = (post_id: string, version: number, { sources, tags, researchId, ...content }: PostContent) => ({
  post_id,
  version,
  ...content,
  tags: [...tags],
  research_id: researchId,
  sources: JSON.stringify(sources),
});
