import { sql, type Kysely, type Selectable } from 'kysely';
import type { SkillFilter } from './skill-cursor.ts';
import type { SkillSummary } from './skill.ts';
import type { Tables } from '../tables.ts';

type Database = Kysely<Tables>;
/** A skill, with its content where that was asked for. */
type Skill = SkillSummary & { readonly content?: string | undefined };

export interface SkillDraft {
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly tags: readonly string[];
}

export interface SkillPage {
  readonly after: string | undefined;
  readonly limit: number;
  readonly withContent: boolean;
}

const SUMMARY = ['name', 'description', 'tags', 'version', 'created_at', 'updated_at'] as const;
type SelectedRow = Pick<Selectable<Tables['skills']>, (typeof SUMMARY)[number]> & { content?: string | undefined };

export async function countSkills(db: Database, owner: string): Promise<number> {
  const { count } = await db
    .selectFrom('skills')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Undefined where the owner has a skill of this name. */
export async function insertSkill(db: Database, owner: string, draft: SkillDraft): Promise<SkillSummary | undefined> {
  const row = await db
    .insertInto('skills')
    .values({ owner, ...draft, tags: canonical(draft.tags) })
    .onConflict((conflict) => conflict.columns(['owner', 'name']).doNothing())
    .returning(SUMMARY)
    .executeTakeFirst();
  return row && summary(row);
}

/** Changes the skill where it still has this version: undefined where it has another one, or is not there. */
export async function changeSkill(
  db: Database,
  owner: string,
  { name, version }: { readonly name: string; readonly version: number },
  { tags, ...changes }: { description?: string; content?: string; tags?: readonly string[] },
): Promise<SkillSummary | undefined> {
  const row = await db
    .updateTable('skills')
    .set({ ...changes, ...(tags && { tags: canonical(tags) }), version: version + 1, updated_at: sql`now()` })
    .where('owner', '=', owner)
    .where('name', '=', name)
    .where('version', '=', version)
    .returning(SUMMARY)
    .executeTakeFirst();
  return row && summary(row);
}

export async function skillVersion(db: Database, owner: string, name: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('skills')
    .select('version')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.version;
}

/** The skills of the owner after `after`, by name; one more than `limit` where there are more. */
export async function selectSkills(
  db: Database,
  owner: string,
  { name, search, tags }: SkillFilter,
  { after, limit, withContent }: SkillPage,
): Promise<Skill[]> {
  const rows = await db
    .selectFrom('skills')
    .select(SUMMARY)
    .$if(withContent, (query) => query.select('content'))
    .where('owner', '=', owner)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .$if(tags.length > 0, (query) => query.where(sql<boolean>`tags @> ${sql.val([...tags])}::text[]`))
    .$if(search !== undefined, (query) =>
      query.where((is) => is('name', 'ilike', like(search)).or('description', 'ilike', like(search))),
    )
    .orderBy('name')
    .limit(limit + 1)
    .execute();
  return rows.map(summary);
}

const canonical = (tags: readonly string[]): string[] => [...new Set(tags)].sort();

/** A pattern that finds the text itself: `%`, `_` and `\` mean nothing in it. */
const like = (text = ''): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

const summary = ({ created_at, updated_at, ...row }: SelectedRow): Skill => ({
  ...row,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
});
