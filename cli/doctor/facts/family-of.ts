import { readdir, readFile } from 'node:fs/promises';

/** These processes and all that descend from them, by proc(5). */
export async function familyOf(pids: readonly number[]): Promise<readonly number[]> {
  const running = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(running.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const family = [...pids];
  // It grows while it is walked, generation by generation.
  for (const ancestor of family) {
    family.push(...running.filter((pid) => parents.get(pid) === ancestor && !family.includes(pid)));
  }
  return family;
}

/** The fourth field of `stat`; the second, in parentheses, may hold spaces and parentheses. */
async function parentOf(pid: number): Promise<number | undefined> {
  // It may have ended meanwhile.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}
