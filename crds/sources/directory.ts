import { normalize } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { McpServerStatus } from '../mcpserver-status.ts';
import { formatProblem, type Problem } from '../problem.ts';
import type { FileState, Stillness } from './file-state.ts';
import { claimsOf, nextFolderState } from './folder-state.ts';
import { watchFolders } from './folder-watch.ts';
import { createListeners } from './listeners.ts';
import { startLoop, type Loop } from './loop.ts';
import { lookAtFiles, type FileLook } from './manifest-files.ts';
import { changedUids, EMPTY_TABLE, withClaims, withStatus, type ServerTable } from './server-table.ts';
import type { ServerSource, StatusWriter } from './source.ts';

export interface DirectorySource extends ServerSource, StatusWriter {
  /** Everything that is wrong in the files and folders now. */
  problems(): readonly Problem[];
  /** Why the file of this server no longer says what the server still is: its last good state. Empty where it does. */
  problemOf(uid: string): readonly Problem[];
  /** Calls back when `problems()` has changed. Returns how to stop. */
  onProblems(listener: (problems: readonly Problem[]) => void): () => void;
  /** Stops following; what was read stays readable. */
  close(): Promise<void>;
}

export interface DirectorySourceOptions {
  /** Told once of each problem, when it appears. */
  readonly onProblem?: (problem: Problem) => void;
  /** For tests: other times than those below. */
  readonly timing?: Partial<Timing>;
}

/** In ms. A change takes effect within a second even where no event tells of it: `rescan` + `loss` = 800. */
interface Timing extends Stillness {
  /** From an event to the look: what is written in one go is seen as one change. */
  readonly debounce: number;
  /** Between two looks where nothing happens. */
  readonly rescan: number;
}

/** `change` is below `debounce`, so that a write that caused the event is still when it is looked at. */
const TIMING: Timing = { debounce: 50, rescan: 500, change: 40, loss: 300 };

/**
 * The McpServers of YAML files in folders (or of single files), followed live; their statuses are kept in memory. A file that becomes invalid keeps
 * the last good state of its servers. Resolves when the files that are there have been read.
 */
export async function createDirectorySource(
  folders: readonly string[],
  { onProblem, timing }: DirectorySourceOptions = {},
): Promise<DirectorySource> {
  const paths = folders.map((path) => normalize(path).replace(/(?<=.)\/+$/, ''));
  const times = { ...TIMING, ...timing };
  const changes = createListeners<[uid: string]>();
  const problemChanges = createListeners<[problems: readonly Problem[]]>();
  let looks: ReadonlyMap<string, FileLook> = new Map();
  let files: ReadonlyMap<string, FileState> = new Map();
  let table = EMPTY_TABLE;
  let servers = list(table);
  let problems: readonly Problem[] = [];

  function replaceTable(next: ServerTable): void {
    const changed = changedUids(table, next);
    table = next;
    servers = list(table);
    for (const uid of changed) changes.tell(uid);
  }

  function replaceProblems(next: readonly Problem[]): void {
    if (isDeepStrictEqual(problems, next)) return;
    const known = new Set(problems.map(formatProblem));
    problems = next;
    for (const problem of next) if (!known.has(formatProblem(problem))) onProblem?.(problem);
    problemChanges.tell(next);
  }

  /** Looks at all files and takes over what has changed. In how many ms to look again. */
  async function look(still: Stillness = times): Promise<number> {
    await watcher.refresh();
    const folderLook = await lookAtFiles(paths, looks);
    const now = Date.now();
    looks = folderLook.files;
    const next = nextFolderState(files, looks, now, still);
    const isSame = next.size === files.size && [...next].every(([file, state]) => files.get(file) === state);
    files = next;
    if (!isSame) replaceTable(withClaims(table, claimsOf(files), new Date(now)));
    replaceProblems([...folderLook.problems, ...[...files.values()].flatMap((state) => state.problems)]);
    const wakeUps = [...files.values()].map(({ waiting }) => (waiting ? waiting.until - now : Infinity));
    return Math.max(1, Math.min(times.rescan, ...wakeUps));
  }

  let loop: Loop | undefined;
  const watcher = watchFolders(paths, () => loop?.hurry(times.debounce));
  // What lies there at the start is taken as it is: there is no state that it could lose.
  await look({ change: 0, loss: 0 });
  // At once, for events during the first look found no loop.
  loop = startLoop(look, times.debounce);

  return {
    list: () => servers,
    get: (uid) => table.rows.get(uid)?.server,
    onChange: (listener) => changes.add(listener),
    async writeStatus(uid, status) {
      // The bounds of the CRD hold here too: what passes here passes on a cluster.
      replaceTable(withStatus(table, uid, McpServerStatus.parse(status)));
    },
    problems: () => problems,
    problemOf: (uid) => table.rows.get(uid)?.problems ?? [],
    onProblems: (listener) => problemChanges.add(listener),
    async close() {
      await loop?.stop();
      watcher.close();
    },
  };
}

const list = (table: ServerTable) => Object.freeze([...table.rows.values()].map(({ server }) => server));
