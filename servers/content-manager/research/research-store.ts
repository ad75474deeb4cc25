import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Note, Tables } from '../tables.ts';
import type { GatheredSource } from './gather-sources.ts';

type Database = Kysely<Tables>;

/** Research that is kept of one person; the oldest goes. With its sources one has some 100 KB. */
const MAX_OF_OWNER = 100;

export interface Source {
  /** As texts cite it: `[^1]`. */
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly site: string;
  readonly author?: string | undefined;
  readonly published?: string | undefined;
  readonly fetchedAt: string;
  readonly text: string;
  readonly notes: readonly Note[];
}

export interface Research {
  readonly id: string;
  readonly topic: string;
  readonly createdAt: Date;
  readonly sources: readonly Source[];
}

/** Keeps it, and no more than the newest of this owner. */
export async function insertResearch(
  db: Database,
  owner: string,
  { topic, sources }: { topic: string; sources: readonly (GatheredSource & { notes: readonly Note[] })[] },
): Promise<Research> {
  const id = randomUUID();
  await db.transaction().execute(async (transaction) => {
    await transaction.insertInto('research').values({ id, owner, topic }).execute();
    await transaction
      .insertInto('research_source')
      .values(
        sources.map(({ url, fetchedAt, article, notes }, index) => ({
          research_id: id,
          number: index + 1,
          url,
          title: article.title,
          site: article.site,
          author: article.author ?? null,
          published: article.published ?? null,
          language: article.language ?? null,
          fetched_at: fetchedAt,
          text: article.text,
          notes: JSON.stringify(notes),
        })),
      )
      .execute();
    const kept = transaction
      .selectFrom('research')
      .select('id')
      .where('owner', '=', owner)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(MAX_OF_OWNER);
    await transaction.deleteFrom('research').where('owner', '=', owner).where('id', 'not in', kept).execute();
  });
  const made = await findResearch(db, owner, id);
  if (!made) throw new Error('what was just kept is gone');
  return made;
}

/** Undefined where this owner has none of this id. */
export async function findResearch(db: Database, owner: string, id: string): Promise<Research | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  const row = await db
    .selectFrom('research')
    .select(['topic', 'created_at'])
    .where('owner', '=', owner)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const sources = await db
    .selectFrom('research_source')
    .selectAll()
    .where('research_id', '=', id)
    .orderBy('number')
    .execute();
  return { id, topic: row.topic, createdAt: row.created_at, sources: sources.map(sourceOf) };
}

export async function listResearch(
  db: Database,
  owner: string,
): Promise<readonly Pick<Research, 'id' | 'topic' | 'createdAt'>[]> {
  const rows = await db
    .selectFrom('research')
    .select(['id', 'topic', 'created_at'])
    .where('owner', '=', owner)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MAX_OF_OWNER)
    .execute();
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at }));
}

const sourceOf = (row: Selectable<Tables['research_source']>): Source => ({
  number: row.number,
  url: row.url,
  title: row.title,
  site: row.site,
  author: row.author ?? undefined,
  published: row.published ?? undefined,
  fetchedAt: row.fetched_at.toISOString(),
  text: row.text,
  notes: row.notes,
});
