import { sql, type Kysely } from 'kysely';
import { ToolFailure } from '../../kit/index.ts';
import type { SkillFile, Tables } from '../tables.ts';
import { replaceSharing, type Sharing } from './sharing.ts';
import type { FileContent } from './skill-file.ts';
import type { SkillText } from './skill-md.ts';
import { digestOfTree, treeOf } from './skill-tree.ts';

type Database = Kysely<Tables>;

/** More than a model can choose from, and 64 MB of instructions. */
const MAX_SKILLS = 1000;
/** Versions of a skill that are kept: a change a day for half a year. The oldest go. */
const MAX_VERSIONS = 200;
/** Bytes of all texts and files of a person, old versions included: what 256 full skills take. */
const MAX_SPACE = 268_435_456;

/** A skill as it is to be. */
export interface NextSkill extends SkillText {
  readonly tags: readonly string[];
  readonly files: readonly SkillFile[];
  /** The bytes of those files that may be new. */
  readonly added: readonly FileContent[];
  readonly archived: boolean;
  /** Left out: stays as it is. */
  readonly sharing?: Sharing | undefined;
}

export interface SeenSkill {
  readonly name: string;
  readonly version: number;
}

/** Keeps the first version. The version that is there, where the owner has a skill of this name. */
export async function saveNew(db: Database, owner: string, skill: NextSkill): Promise<'saved' | number> {
  return writing(db, owner, async (transaction) => {
    const { name } = skill;
    const there = await transaction
      .selectFrom('skills')
      .select('version')
      .where('owner', '=', owner)
      .where('name', '=', name)
      .executeTakeFirst();
    if (there) return there.version;
    const { count } = await transaction
      .selectFrom('skills')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('owner', '=', owner)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_SKILLS) {
      throw new ToolFailure(
        `The user has ${MAX_SKILLS} skills, which is the limit. Change one that exists with update_skill, or delete an archived one.`,
      );
    }
    await transaction
      .insertInto('skills')
      .values({ owner, name, ...columnsOf(skill), archived: skill.archived })
      .execute();
    await keepVersion(transaction, owner, 1, skill);
    return 'saved';
  });
}

/** Keeps the next version where the newest is still this one; false where it is not. */
export async function saveNext(db: Database, owner: string, seen: SeenSkill, skill: NextSkill): Promise<boolean> {
  return writing(db, owner, async (transaction) => {
    const version = seen.version + 1;
    const { numUpdatedRows } = await transaction
      .updateTable('skills')
      .set({ ...columnsOf(skill), archived: skill.archived, version, updated_at: sql`now()` })
      .where('owner', '=', owner)
      .where('name', '=', seen.name)
      .where('version', '=', seen.version)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await keepVersion(transaction, owner, version, skill);
    const { numDeletedRows } = await transaction
      .deleteFrom('skill_versions')
      .where('owner', '=', owner)
      .where('name', '=', seen.name)
      .where('version', '<=', version - MAX_VERSIONS)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await deleteOrphans(transaction, owner);
    return true;
  });
}

/** Deletes a skill with all its versions, where it is archived and still at this version; false where it is not. */
export async function deleteArchived(db: Database, owner: string, { name, version }: SeenSkill): Promise<boolean> {
  return writing(db, owner, async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('skills')
      .where('owner', '=', owner)
      .where('name', '=', name)
      .where('version', '=', version)
      .where('archived', '=', true)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await deleteOrphans(transaction, owner);
    return numDeletedRows > 0n;
  });
}

/** One write of a person at a time, so that limits hold and no blob goes that another write is about to need. */
async function writing<Result>(
  db: Database,
  owner: string,
  write: (transaction: Database) => Promise<Result>,
): Promise<Result> {
  const locked = async (transaction: Database): Promise<Result> => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${SKILLS_LOCK}${owner}`}, 0))`.execute(transaction);
    return write(transaction);
  };
  return db.isTransaction ? locked(db) : db.transaction().execute(locked);
}
const SKILLS_LOCK = 'marketplace skills of ';

async function keepVersion(db: Database, owner: string, version: number, skill: NextSkill): Promise<void> {
  const digest = digestOfTree(treeOf(skill));
  await db
    .insertInto('skill_versions')
    .values({ owner, name: skill.name, version, author: owner, digest, ...columnsOf(skill) })
    .execute();
  for (const { digest: blob, bytes } of skill.added) {
    await db
      .insertInto('skill_blobs')
      .values({ owner, digest: blob, bytes: Buffer.from(bytes) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  // To archive is the way to delete, and takes one more version.
  await checkSpace(db, owner, skill.archived ? 2 * MAX_SPACE : MAX_SPACE);
  if (skill.sharing) await replaceSharing(db, owner, skill.name, skill.sharing);
}

/** Lengths are known without reading what is long (PostgreSQL, "TOAST"). */
async function checkSpace(db: Database, owner: string, most: number): Promise<void> {
  const { rows } = await sql<{ total: string }>`
    select
      (select coalesce(sum(octet_length(content) + octet_length(front_matter)), 0) from skill_versions where owner = ${owner}) +
      (select coalesce(sum(octet_length(bytes)), 0) from skill_blobs where owner = ${owner}) as total`.execute(db);
  const total = Number(rows[0]?.total);
  if (total <= most) return;
  throw new ToolFailure(
    `The user's skills would take ${total} bytes, old versions and files included; ${most} is the limit. Archive skills that are not needed, and delete them.`,
  );
}

/** Files that no version names any more. */
const deleteOrphans = async (db: Database, owner: string) =>
  sql`
    delete from skill_blobs where owner = ${owner} and digest not in (
      select file->>'digest' from skill_versions, jsonb_array_elements(files) as file where owner = ${owner})`.execute(
    db,
  );

const columnsOf = ({ description, frontMatter, content, tags, files }: NextSkill) => ({
  description,
  front_matter: frontMatter,
  content,
  tags: [...new Set(tags)].sort(),
  files: JSON.stringify(files),
});
