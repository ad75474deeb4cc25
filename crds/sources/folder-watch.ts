import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface FolderWatch {
  /** Watches what is there now: folders that came, or were deleted and made again, are watched from then on. */
  refresh(): Promise<void>;
  close(): void;
}

/** Calls back when something happens in a folder, or in the folder of a file. A hint only: events may be missing, so look from time to time as well. */
export function watchFolders(paths: readonly string[], onEvent: () => void): FolderWatch {
  const watchers = new Map<string, { identity: string; watcher: FSWatcher }>();

  const stop = (path: string): void => {
    watchers.get(path)?.watcher.close();
    watchers.delete(path);
  };

  async function refreshOne(path: string): Promise<void> {
    const { folder, identity } = await folderOf(path);
    if (watchers.get(path)?.identity === identity) return;
    stop(path);
    if (identity === undefined) return;
    try {
      // `persistent: false`: being told of changes is no reason for the process to live on.
      const watcher = watch(folder, { persistent: false }, onEvent);
      // No more watches (ENOSPC), or the folder went: what is left is to look from time to time.
      watcher.on('error', () => stop(path));
      watchers.set(path, { identity, watcher });
    } catch {
      // Not watchable, or gone meanwhile: as above.
    }
  }

  return {
    async refresh() {
      await Promise.all(paths.map(refreshOne));
    },
    close() {
      for (const path of watchers.keys()) stop(path);
    },
  };
}

/** The folder to watch, and what tells it from a later folder of the same name; inode numbers are used again, times of birth are not. */
async function folderOf(path: string): Promise<{ folder: string; identity: string | undefined }> {
  try {
    const stats = await stat(path, { bigint: true });
    // A file is watched through its folder: editors replace it, and a watch on the file would follow the old one.
    if (!stats.isDirectory()) return await folderOf(dirname(path));
    return { folder: path, identity: `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` };
  } catch {
    return { folder: path, identity: undefined };
  }
}
