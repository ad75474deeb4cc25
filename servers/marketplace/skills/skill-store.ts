import { sql, type Kysely, type Selectable } from 'kysely';
import { ToolFailure, type Identity } from '../../kit/index.ts';
import { ownerOf } from '../marketplace-services.ts';
import type { SkillFile, Tables } from '../tables.ts';
import { visibleTo } from './sharing.ts';
import type { SkillFilter, SkillPlace } from './skill-cursor.ts';
import type { SkillSummary } from './skill.ts';

type Database = Kysely<Tables>;

/** A skill as it is kept. */
export interface KeptSkill {
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly frontMatter: string;
  readonly content: string;
  readonly tags: readonly string[];
  readonly files: readonly SkillFile[];
  readonly version: number;
  readonly archived: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SkillPage {
  readonly after: SkillPlace | undefined;
  readonly limit: number;
  readonly withContent: boolean;
}

const SUMMARY = ['owner', 'name', 'description', 'tags', 'version', 'archived', 'created_at', 'updated_at'] as const;
type SummaryRow = Pick<Selectable<Tables['skills']>, (typeof SUMMARY)[number]> & { content?: string | undefined };

/** The skills that the caller may see after `after`, by name and owner; one more than `limit` where there are more. */
export async function selectSkills(
  db: Database,
  identity: Identity,
  { name, search, tags, whose = 'all', archived = false }: SkillFilter,
  { after, limit, withContent }: SkillPage,
): Promise<(SkillSummary & { content?: string | undefined })[]> {
  const rows = await db
    .selectFrom('skills')
    .select(SUMMARY)
    .$if(withContent, (query) => query.select('content'))
    .where(visibleTo(identity, whose))
    .where('archived', '=', archived)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(name, owner) > (${after?.name ?? ''}, ${after?.owner ?? ''})`),
    )
    .$if(tags.length > 0, (query) => query.where(sql<boolean>`tags @> ${sql.val([...tags])}::text[]`))
    .$if(search !== undefined, (query) =>
      query.where((is) => is('name', 'ilike', like(search)).or('description', 'ilike', like(search))),
    )
    .orderBy('name')
    .orderBy('owner')
    .limit(limit + 1)
    .execute();
  return rows.map(({ created_at, updated_at, ...row }: SummaryRow) => ({
    ...row,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  }));
}

const WHOLE = [...SUMMARY, 'front_matter', 'content', 'files'] as const;

/** Skills of this name that the caller may see, the caller's own first. */
async function selectVisible(
  db: Database,
  identity: Identity,
  { name, owner }: { readonly name: string; readonly owner?: string | undefined },
): Promise<KeptSkill[]> {
  const rows = await db
    .selectFrom('skills')
    .select(WHOLE)
    .where(visibleTo(identity))
    .where('name', '=', name)
    .$if(owner !== undefined, (query) => query.where('owner', '=', owner ?? ''))
    .orderBy(sql`owner = ${ownerOf(identity)}`, 'desc')
    .orderBy('owner')
    // Enough to say that there are several.
    .limit(5)
    .execute();
  return rows.map(keptOf);
}

const keptOf = ({
  front_matter,
  created_at,
  updated_at,
  ...row
}: Pick<Selectable<Tables['skills']>, (typeof WHOLE)[number]>): KeptSkill => ({
  ...row,
  frontMatter: front_matter,
  createdAt: created_at,
  updatedAt: updated_at,
});

/** The skill that the caller means: of this owner, else the own one, else the only shared one. Undefined: there is none to see. */
export async function findSkill(
  db: Database,
  identity: Identity,
  wanted: { readonly name: string; readonly owner?: string | undefined },
): Promise<KeptSkill | undefined> {
  const [first, ...others] = await selectVisible(db, identity, wanted);
  if (first && first.owner !== identity.subject && others.length > 0) {
    const owners = [first, ...others].map(({ owner }) => JSON.stringify(owner));
    throw new ToolFailure(
      `Several people share a skill named ${wanted.name}. Send owner, one of: ${owners.join(', ')}.`,
    );
  }
  return first;
}

/** As `findSkill`. A `ToolFailure` where there is none. */
export async function getSkill(...[db, identity, wanted]: Parameters<typeof findSkill>): Promise<KeptSkill> {
  const skill = await findSkill(db, identity, wanted);
  if (skill) return skill;
  throw new ToolFailure(
    `There is no skill named ${wanted.name} that the user may read. list_skills shows what there is.`,
  );
}

export interface KeptVersion extends Pick<KeptSkill, 'name' | 'description' | 'frontMatter' | 'content' | 'files'> {
  readonly version: number;
}

/** An old version; undefined where it is not kept. Ask only for an owner. */
export async function findVersion(
  db: Database,
  { owner, name }: Pick<KeptSkill, 'owner' | 'name'>,
  version: number,
): Promise<KeptVersion | undefined> {
  const row = await db
    .selectFrom('skill_versions')
    .select(['name', 'version', 'description', 'front_matter', 'content', 'files'])
    .where('owner', '=', owner)
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!row) return undefined;
  const { front_matter: frontMatter, ...rest } = row;
  return { ...rest, frontMatter };
}

/** What is kept of a skill's past, the newest first. */
export async function listVersions(db: Database, { owner, name }: Pick<KeptSkill, 'owner' | 'name'>) {
  const rows = await db
    .selectFrom('skill_versions')
    .select(['version', 'author', 'digest', 'created_at'])
    .where('owner', '=', owner)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(({ created_at, ...row }) => ({ ...row, at: created_at.toISOString() }));
}

/** The bytes of a file. Undefined where they are gone with the version that had them. */
export async function readBlob(db: Database, owner: string, digest: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('skill_blobs')
    .select('bytes')
    .where('owner', '=', owner)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.bytes;
}

/** All skills of one person, archived ones too. */
export async function findOwnSkills(db: Database, owner: string): Promise<KeptSkill[]> {
  const rows = await db.selectFrom('skills').select(WHOLE).where('owner', '=', owner).execute();
  return rows.map(keptOf);
}

/** A pattern that finds the text itself: `%`, `_` and `\` mean nothing in it. */
const like = (text = ''): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
