import { readdir, readFile } from 'node:fs/promises';

/**
 * The processes that were started with each of these entries `NAME=value` of their environment: what left the group of its leader (setsid(2)), too. Linux
 * only: elsewhere there is no /proc (proc_pid_environ(5)), and there are none.
 */
async function markedProcesses(entries: readonly string[]): Promise<readonly number[]> {
  if (entries.length === 0) return [];
  const names = await readdir('/proc').catch(() => []);
  const ids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const marked = await Promise.all(ids.map(async (id) => isMarked(id, entries)));
  return ids.filter((_, index) => marked[index]).map(Number);
}

/** SIGKILL to each of them; answers how many there were. */
export async function killMarked(entries: readonly string[]): Promise<number> {
  const ids = await markedProcesses(entries);
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  return ids.length;
}

async function isMarked(id: string, entries: readonly string[]): Promise<boolean> {
  try {
    const environment = new Set((await readFile(`/proc/${id}/environ`, 'utf8')).split('\0'));
    return entries.every((entry) => environment.has(entry));
  } catch {
    return false; // It has just ended, or is somebody else's.
  }
}
