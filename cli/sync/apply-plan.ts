import { Failure } from '../../core/failure.ts';
import type { Remembered } from './base.ts';
import type { Action, Direction } from './plan.ts';
import { keyOf, type Side } from './side.ts';

/** What is remembered of earlier syncs of two sides. */
export interface SyncRecord {
  readonly remembered: ReadonlyMap<string, Remembered>;
  /** Remembers these too, before it resolves; undefined: forgets. */
  remember(news: ReadonlyMap<string, Remembered | undefined>): Promise<void>;
}

export interface Outcome {
  /** As they are now: what was changed meanwhile is a conflict. */
  readonly actions: readonly Action[];
  /** Servers that were written or deleted, by `namespace/name`. */
  readonly done: ReadonlySet<string>;
  /** Why it ended early. */
  readonly failure?: Failure | undefined;
}

interface ApplyOptions {
  readonly direction: Direction;
  readonly target: Side;
  readonly record: SyncRecord;
}

/** Tries every edit and writes nothing. Throws where one cannot be done, so that none is; what was changed meanwhile becomes a conflict. */
export async function rehearse(actions: readonly Action[], target: Side): Promise<readonly Action[]> {
  const rehearsed: Action[] = [];
  for (const action of actions) rehearsed.push(await attempt(action, target, true));
  return rehearsed;
}

/**
 * Carries out a plan that was rehearsed, one server after the other. That a server is about to be written is remembered before it is, so that after a
 * sync that died at any moment the next one can tell what it wrote from what people did.
 */
export async function applyPlan(actions: readonly Action[], options: ApplyOptions): Promise<Outcome> {
  const { direction, target, record } = options;
  const results = new Map<Action, Action>();
  const done = new Set<string>();
  const news = agreements(actions, record);
  let failure: Failure | undefined;
  for (const action of inOrder(actions)) {
    await record.remember(news.set(keyOf(action), intentOf(action, direction)));
    news.clear();
    try {
      const result = await attempt(action, target, false);
      results.set(action, result);
      // Where somebody else was faster nothing was written: what was known before is still so.
      news.set(keyOf(action), agreedOn(result.edit ? result.agreed : result.base));
      if (result.edit) done.add(keyOf(action));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
      break;
    }
  }
  if (news.size > 0) await record.remember(news);
  return { actions: actions.map((action) => results.get(action) ?? action), done, failure };
}

/** Deletions last: whatever goes wrong before, nothing is missing. */
const inOrder = (actions: readonly Action[]): readonly Action[] =>
  actions.filter(({ edit }) => edit).toSorted((a, b) => Number(a.kind === 'delete') - Number(b.kind === 'delete'));

/** The action as it went: where somebody else was faster, a conflict without an edit. */
async function attempt(action: Action, target: Side, dryRun: boolean): Promise<Action> {
  if (!action.edit) return action;
  try {
    await target.apply(action.edit, { dryRun });
    return action;
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'changed_meanwhile')) throw error;
    return { ...action, kind: 'conflict', reason: 'changed_meanwhile', edit: undefined };
  }
}

function intentOf({ base, target }: Action, direction: Direction): Remembered {
  const side = direction === 'to place' ? 'place' : 'folder';
  return { intent: { side, before: base ?? null, version: target?.version ?? null } };
}

const agreedOn = (agreed: Action['agreed']): Remembered | undefined => agreed && { agreed };

/** Sides that are equal have agreed, whatever was remembered. */
function agreements(actions: readonly Action[], { remembered }: SyncRecord): Map<string, Remembered | undefined> {
  const news = new Map<string, Remembered | undefined>();
  for (const action of actions.filter(({ kind }) => kind === 'unchanged')) {
    const known = remembered.get(keyOf(action));
    const isKnown = known ? 'agreed' in known && known.agreed === action.agreed : action.agreed === undefined;
    if (!isKnown) news.set(keyOf(action), agreedOn(action.agreed));
  }
  return news;
}

/** Leaves on the target that both sides are equal, for folders without a record. A courtesy: that it cannot be done is no failure. */
export async function markEqual(actions: readonly Action[], { mark }: Side): Promise<void> {
  for (const { kind, agreed, target, is, namespace, name } of actions) {
    if (kind !== 'unchanged' || agreed === undefined || is === undefined || target?.synced === agreed) continue;
    const edit = { namespace, name, expected: agreed, wanted: { manifest: is, digest: agreed } };
    await mark?.(edit).catch((error: unknown) => (error instanceof Failure ? undefined : Promise.reject(error)));
  }
}
