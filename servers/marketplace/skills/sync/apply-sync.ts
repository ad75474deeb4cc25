import type { Kysely } from 'kysely';
import type { Tables } from '../../tables.ts';
import { saveNew, saveNext } from '../save-skill.ts';
import { fileOf } from '../skill-file.ts';
import { parseSkillMd, skillMd } from '../skill-md.ts';
import { readBlob, type KeptSkill } from '../skill-store.ts';
import { SKILL_MD, treeOf, type Tree } from '../skill-tree.ts';
import { ChangedMeanwhile, type SkillsFolder } from './skills-folder.ts';
import { recordAgreement, recordIntent, type SyncPair } from './sync-record.ts';

export interface SyncEnds {
  readonly db: Kysely<Tables>;
  readonly folder: SkillsFolder;
  readonly pair: SyncPair;
}

/** Both sides of one skill, as they were seen. */
export interface SeenSides {
  readonly name: string;
  readonly tree: Tree;
  /** An archived one too: its name is taken. */
  readonly kept: KeptSkill | undefined;
}

/** The tree that the database has; an archived skill is none. */
export const databaseTree = (kept: KeptSkill | undefined): Tree => (kept && !kept.archived ? treeOf(kept) : {});

/**
 * Brings the folder to what the database has. The intent is written first: a push that dies is carried on by the next sync. SKILL.md is
 * written first and removed last, so that what is half there is a skill. Throws `ChangedMeanwhile`.
 */
export async function push({ db, folder, pair }: SyncEnds, { name, tree, kept }: SeenSides): Promise<void> {
  const wanted = databaseTree(kept);
  await recordIntent(db, pair, name, wanted);
  const paths = [...new Set([...Object.keys(wanted), ...Object.keys(tree)])]
    .filter((path) => path !== SKILL_MD)
    .toSorted();
  const order = wanted[SKILL_MD] === undefined ? [...paths, SKILL_MD] : [SKILL_MD, ...paths];
  // Before others come: a file may take the place of a folder.
  const gone = order.filter((path) => wanted[path] === undefined && tree[path] !== undefined);
  for (const path of gone) await folder.write(name, path, undefined, tree[path]);
  if (gone.length > 0) await folder.tidy(name);
  for (const path of order) {
    if (!kept || wanted[path] === undefined || wanted[path] === tree[path]) continue;
    const bytes = path === SKILL_MD ? Buffer.from(skillMd(kept)) : await readBlob(db, pair.owner, wanted[path]);
    if (!bytes) throw new ChangedMeanwhile(`${name}/${path}`);
    await folder.write(name, path, bytes, tree[path]);
  }
  await folder.tidy(name);
  // Who wrote into the folder meanwhile has agreed to nothing: what is there is looked at once more.
  for (const [path, digest] of Object.entries(wanted)) await folder.read(name, path, digest);
  await recordAgreement(db, pair, name, wanted);
}

/** Brings the database to what the folder has: skill and agreement in one transaction. Throws `ChangedMeanwhile`. */
export async function pull({ db, folder, pair }: SyncEnds, { name, tree, kept }: SeenSides): Promise<void> {
  const next =
    tree[SKILL_MD] === undefined
      ? kept && { ...kept, added: [], archived: true }
      : await read(folder, name, tree, kept);
  if (!next) return;
  await db.transaction().execute(async (transaction) => {
    const saved = kept
      ? await saveNext(transaction, pair.owner, kept, next)
      : (await saveNew(transaction, pair.owner, next)) === 'saved';
    if (!saved) throw new ChangedMeanwhile(name);
    await recordAgreement(transaction, pair, name, tree);
  });
}

async function read(folder: SkillsFolder, name: string, tree: Tree, kept: KeptSkill | undefined) {
  const files = await Promise.all(
    Object.entries(tree)
      .filter(([path]) => path !== SKILL_MD)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([path, digest]) => fileOf(path, await folder.read(name, path, digest))),
  );
  const text = await parseSkillMd((await folder.read(name, SKILL_MD, tree[SKILL_MD] ?? '')).toString());
  if (!text) throw new ChangedMeanwhile(name);
  return {
    ...text,
    tags: kept?.tags ?? [],
    files: files.map(({ path, digest, size }) => ({ path, digest, size })),
    added: files,
    archived: false,
  };
}
