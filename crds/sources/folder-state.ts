import { qualifiedName } from '../mcpserver.ts';
import { nextFileState, NO_FILE, type FileState, type Stillness } from './file-state.ts';
import type { FileLook } from './manifest-files.ts';
import type { Claim } from './server-table.ts';

/** What is in effect of each file. */
export type FolderState = ReadonlyMap<string, FileState>;

/** What is in effect after a look at every file, at `now` in ms. */
export function nextFolderState(
  before: FolderState,
  looks: ReadonlyMap<string, FileLook>,
  now: number,
  still: Stillness,
): FolderState {
  const states = withMoves(before, looks);
  const next = new Map<string, FileState>();
  for (const file of new Set([...states.keys(), ...looks.keys()])) {
    const state = nextFileState(states.get(file) ?? NO_FILE, looks.get(file), now, still);
    if (looks.has(file) || state.held.length > 0 || state.waiting) next.set(file, state);
  }
  return next;
}

/** A file that is gone while another has come with its content was renamed: what it holds moves along, also where that is a last good state. */
function withMoves(before: FolderState, looks: ReadonlyMap<string, FileLook>): FolderState {
  const moved = new Map(before);
  for (const [file, { digest }] of looks) {
    if (moved.has(file)) continue;
    const source = [...moved].find(([other, state]) => state.digest === digest && !looks.has(other));
    if (!source) continue;
    moved.delete(source[0]);
    moved.set(file, { ...source[1], digest: undefined });
  }
  return moved;
}

/** What the files want to be servers. */
export const claimsOf = (files: FolderState): Claim[] =>
  [...files].flatMap(([file, { held, fading }]) =>
    held.map(({ manifest, line, problems }) => ({
      manifest,
      file,
      line,
      problems,
      fading: fading.has(qualifiedName(manifest)),
    })),
  );
