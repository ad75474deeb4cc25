import { explain, type Ends } from './explain.ts';
import { fieldChanges, type FieldChange } from './field-changes.ts';
import { keyOf } from './side.ts';
import type { Action, Reason } from './plan.ts';

/** What `-o json` shows. Stable: fields are added, never renamed. */
export interface SyncResult {
  readonly from: string;
  readonly to: string;
  /** Whether anything was to be written at all. */
  readonly dryRun: boolean;
  readonly servers: readonly ServerResult[];
}

export interface ServerResult {
  readonly namespace: string;
  readonly name: string;
  readonly action: Action['kind'];
  /** Whether it was written. False for what was only planned, or not reached. */
  readonly done: boolean;
  readonly reason?: Reason;
  /** `reason` for people. */
  readonly message?: string;
  readonly warning?: string;
  /** What is different in the target, and what it becomes or would become. */
  readonly changes: readonly FieldChange[];
}

const NONE: ReadonlySet<string> = new Set();

export function syncResult(
  actions: readonly Action[],
  { from, to }: Ends,
  dryRun: boolean,
  done: ReadonlySet<string> = NONE,
): SyncResult {
  // What both sides deleted is only remembered.
  const there = actions.filter(({ source, target }) => source ?? target);
  return { from, to, dryRun, servers: there.map((action) => serverResult(action, { from, to }, done)) };
}

function serverResult(action: Action, ends: Ends, done: ReadonlySet<string>): ServerResult {
  const { namespace, name, kind, reason, is, wanted, edit, target } = action;
  return {
    namespace,
    name,
    action: kind,
    done: done.has(keyOf(action)),
    ...(reason !== undefined && { reason, message: explain(action, ends) }),
    ...(edit && target?.warning !== undefined && { warning: target.warning }),
    changes: is && wanted && kind !== 'unchanged' ? fieldChanges(is, wanted) : [],
  };
}
