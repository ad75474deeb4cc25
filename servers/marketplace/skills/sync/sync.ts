import { sql } from 'kysely';
import { ToolFailure } from '../../../kit/index.ts';
import { findOwnSkills, type KeptSkill } from '../skill-store.ts';
import { isSameTree } from '../skill-tree.ts';
import { databaseTree, pull, push, type SeenSides, type SyncEnds } from './apply-sync.ts';
import { isAllowed, judge, type Agreement, type Direction, type Judgement } from './plan-sync.ts';
import { skillDiff } from './skill-diff.ts';
import { ChangedMeanwhile, NO_SKILL_MD, type FoundSkill } from './skills-folder.ts';
import { readAgreements, recordAgreement } from './sync-record.ts';

export interface SyncOptions {
  readonly direction: Direction;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** What became of a skill, or would. Those that are equal are counted only. */
export interface SyncedSkill {
  readonly name: string;
  readonly action: 'pull' | 'push' | 'conflict' | 'left' | 'problem';
  readonly message: string;
  /** Unified. From what is written over to what is written; of a conflict from folder to database. */
  readonly diff?: string | undefined;
}

export interface SyncOutcome {
  readonly unchanged: number;
  readonly skills: readonly SyncedSkill[];
}

interface Judged extends SeenSides {
  readonly judgement: Judgement | 'problem' | 'emptied';
  readonly problem?: string | undefined;
  readonly agreement: Agreement | undefined;
}

/** Compares folder and database, and brings over what one side alone has changed. One sync of a folder at a time. */
export async function sync(ends: SyncEnds, options: SyncOptions): Promise<SyncOutcome> {
  if (options.dryRun) return compareAndApply(ends, options);
  return ends.db.transaction().execute(async (lock) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`marketplace sync of ${ends.pair.folder}`}, 0)) as free`.execute(
      lock,
    );
    // It says nothing while files are written.
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(lock);
    if (!rows[0]?.free) throw new ToolFailure('Another sync of this folder is running. Call again when it has ended.');
    return compareAndApply(ends, options);
  });
}

async function compareAndApply(ends: SyncEnds, options: SyncOptions): Promise<SyncOutcome> {
  const judged = await compare(ends);
  const skills: SyncedSkill[] = [];
  for (const each of judged) {
    options.signal.throwIfAborted();
    if (each.judgement === 'unchanged') await settle(ends, each, options);
    else skills.push(await bring(ends, each, options));
  }
  return { unchanged: judged.length - skills.length, skills };
}

async function compare({ db, folder, pair }: SyncEnds): Promise<readonly Judged[]> {
  const [found, kept, agreements] = [
    await folder.scan(),
    new Map((await findOwnSkills(db, pair.owner)).map((skill) => [skill.name, skill])),
    await readAgreements(db, pair),
  ];
  const isEmptied = found.size === 0 && [...agreements.values()].some(({ agreed }) => Object.keys(agreed).length > 0);
  return [...new Set([...found.keys(), ...kept.keys(), ...agreements.keys()])]
    .toSorted()
    .flatMap((name) => judgeOne(name, found.get(name), kept.get(name), agreements.get(name), isEmptied) ?? []);
}

function judgeOne(
  name: string,
  found: FoundSkill | undefined,
  kept: KeptSkill | undefined,
  agreement: Agreement | undefined,
  isEmptied: boolean,
): Judged | undefined {
  const about = { name, tree: found?.tree ?? {}, kept, agreement };
  if (found?.problem !== undefined) {
    const isOurs = found.problem !== NO_SKILL_MD || kept !== undefined || agreement !== undefined;
    return isOurs ? { ...about, judgement: 'problem', problem: found.problem } : undefined;
  }
  const judgement = judge(about.tree, databaseTree(kept), agreement);
  return { ...about, judgement: judgement === 'pull' && isEmptied ? 'emptied' : judgement };
}

/** Remembers that both sides are equal, where that is news. */
async function settle(
  { db, pair }: SyncEnds,
  { name, tree, agreement }: Judged,
  { dryRun }: SyncOptions,
): Promise<void> {
  const isKnown = isSameTree(agreement?.agreed ?? {}, tree) && agreement?.intent === undefined;
  if (!isKnown && !dryRun) await recordAgreement(db, pair, name, tree);
}

async function bring(ends: SyncEnds, each: Judged, { direction, dryRun }: SyncOptions): Promise<SyncedSkill> {
  const { name, judgement, problem } = each;
  if (judgement === 'problem')
    return { name, action: 'problem', message: `In the folder it ${problem}. Nothing was done with it.` };
  if (judgement === 'emptied') {
    return {
      name,
      action: 'left',
      message: 'The whole folder is empty, as if it were not mounted. To archive a skill, use update_skill.',
    };
  }
  try {
    const diff = await skillDiff(ends, each, judgement === 'pull' ? 'database' : 'folder');
    if (judgement === 'conflict') return { name, action: 'conflict', message: CONFLICT, diff };
    if (judgement === 'unchanged' || !isAllowed(judgement, direction)) {
      return {
        name,
        action: 'left',
        message: `Changed on the other side; direction "${judgement}" or "both" brings it over.`,
        diff,
      };
    }
    if (!dryRun) await (judgement === 'pull' ? pull : push)(ends, each);
    const isEnd = judgement === 'pull' ? Object.keys(each.tree).length === 0 : !each.kept || each.kept.archived;
    return { name, action: judgement, message: MESSAGES[judgement][isEnd ? 'end' : 'change'], diff };
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile)) throw error;
    return {
      name,
      action: 'conflict',
      message: 'Somebody changed it during this sync. Nothing of theirs was written over; sync again.',
    };
  }
}

const CONFLICT =
  'Both sides changed it since they were equal; neither was written over. Make one side what you want on both, or equal to the last common version, and sync again.';
const MESSAGES = {
  pull: { change: 'From the folder into the database.', end: 'Gone from the folder: archived in the database.' },
  push: {
    change: 'From the database into the folder.',
    end: 'Archived or deleted in the database: removed from the folder.',
  },
} as const;
