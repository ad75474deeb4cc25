import type { Action, Reason } from './plan.ts';

export interface Ends {
  /** As they were given: `cluster`, `local`, or the path of a folder. */
  readonly from: string;
  readonly to: string;
}

/** Why a server is not brought over, and what a person can do. `ends` are words for a command. */
export function explain({ name, reason, source, target }: Action, ends: Ends): string {
  const { from, to } = ends;
  const back = `bring it back with \`mooring sync ${name} --from ${to} --to ${from}\``;
  const overwrite = '--force writes over it';
  const words: Readonly<Record<Reason, string>> = {
    target_edited: `edited in ${to} since the last sync: ${back}; ${overwrite}`,
    both_edited: `edited in ${from} and in ${to} since the last sync: make them equal, or ${overwrite} in ${to}`,
    both_new: `different in ${from} and in ${to}, and never synced from here: make them equal, or ${overwrite} in ${to}`,
    target_deleted: `deleted in ${to} since the last sync: \`mooring sync ${name} --from ${to} --to ${from} --prune\` deletes it here too; --force makes it again`,
    source_deleted_target_edited: `deleted in ${from}, but edited in ${to} since the last sync: ${back}; --force --prune deletes it`,
    interrupted: `a sync was interrupted, and what was written since in ${to} or ${from} cannot be told apart: make them equal, or ${overwrite} in ${to}`,
    held: source?.hold ?? target?.hold ?? '',
    changed_meanwhile: `changed in ${to} just now: run it again to see how`,
    only_there: `only in ${to}`,
    needs_prune: `deleted in ${from}: --prune deletes it in ${to}`,
  };
  return reason === undefined ? '' : words[reason];
}
