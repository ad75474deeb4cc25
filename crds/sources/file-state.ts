import { qualifiedName, type McpServerManifest } from '../mcpserver.ts';
import type { Problem } from '../problem.ts';
import type { BrokenManifest, ParsedFile } from '../validate.ts';
import type { FileLook } from './manifest-files.ts';

/** A manifest that is in effect. */
export interface HeldManifest {
  readonly manifest: McpServerManifest;
  readonly line: number;
  /** Why the file no longer says this: the manifest is the last good one. Empty where the file says it. */
  readonly problems: readonly Problem[];
}

/** What is in effect of one file, and what waits. */
export interface FileState {
  readonly digest: string | undefined;
  readonly held: readonly HeldManifest[];
  readonly problems: readonly Problem[];
  /** A change that may be half of one: it takes effect when the file has been still for long enough. */
  readonly waiting?: { readonly stamp: string | undefined; readonly since: number; readonly until: number };
  /** Servers (`namespace/name`) that are lost if the waiting change stands. */
  readonly fading: ReadonlySet<string>;
}

/** How long a file must be still, in ms. */
export interface Stillness {
  /** Before any change takes effect: writers need time between two writes. */
  readonly change: number;
  /** Before a change takes effect that loses a server or breaks the file: that may be half of a save, or of a rename. */
  readonly loss: number;
}

export const NO_FILE: FileState = { digest: undefined, held: [], problems: [], fading: new Set() };

/** What is in effect after a look at the file (undefined: it is not there), at `now` in ms. */
export function nextFileState(state: FileState, look: FileLook | undefined, now: number, still: Stillness): FileState {
  if (isKnown(state, look)) return state.waiting ? settled(state) : state;

  const next = look ? heldAfter(state.held, look.parsed) : [];
  const names = new Set(next.map(({ manifest }) => qualifiedName(manifest)));
  const fading = new Set(state.held.map(({ manifest }) => qualifiedName(manifest)).filter((name) => !names.has(name)));
  const loses = fading.size > 0 || (look?.parsed.problems.length ?? 0) > 0;

  const stamp = look?.stamp;
  const since = state.waiting && state.waiting.stamp === stamp ? state.waiting.since : now;
  // A change is proven still by either clock: ours since we look, or that of the file system. A loss only by two looks: after the whole machine
  // stood still, the first one finds an old time on a file that its writer is about to fill.
  const until = loses ? since + still.loss : Math.min(since, look?.changedAt ?? since) + still.change;
  if (now < until) return { ...state, waiting: { stamp, since, until }, fading };
  return { digest: look?.digest, held: next, problems: look?.parsed.problems ?? [], fading: new Set() };
}

/** A file that was renamed and is gone again before its new name was settled has no digest, but still holds servers. */
const isKnown = ({ digest, held }: FileState, look: FileLook | undefined): boolean =>
  look ? look.digest === digest : digest === undefined && held.length === 0;

const settled = ({ digest, held, problems }: FileState): FileState => ({ digest, held, problems, fading: new Set() });

/** What the file says now, and of what it said before that which a broken document may have meant. */
function heldAfter(before: readonly HeldManifest[], { manifests, broken }: ParsedFile): HeldManifest[] {
  const said = manifests.map(({ manifest, line }) => ({ manifest, line, problems: [] }));
  const saidNames = new Set(said.map(({ manifest }) => qualifiedName(manifest)));
  const names = new Set(before.map(({ manifest }) => qualifiedName(manifest)));
  // No YAML, or the name of no server that was here: it may have meant any of them.
  const vague = broken.filter((document) => !document.wellFormed || !names.has(nameOf(document)));
  const kept = before.flatMap(({ manifest, line }) => {
    const name = qualifiedName(manifest);
    if (saidNames.has(name)) return [];
    const meant = broken.filter((document) => document.wellFormed && nameOf(document) === name);
    const problems = (meant.length > 0 ? meant : vague).flatMap((document) => document.problems);
    return problems.length > 0 ? [{ manifest, line, problems }] : [];
  });
  return [...said, ...kept];
}

const nameOf = ({ namespace, name }: BrokenManifest): string => `${namespace}/${name}`;
