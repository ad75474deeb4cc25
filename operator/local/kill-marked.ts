import { readdir, readFile } from 'node:fs/promises';

/** Variables that together belong to one process that Mooring started, and to what it started: two copies of a server have two ports. */
const MARKS = ['PORT', 'MOORING_SERVER', 'MOORING_IDENTITY_JWKS'] as const;

/**
 * SIGKILL to every process that was started with the marks of this environment: what left the group of its server (setsid(2)).
 * Linux only: elsewhere there is no /proc (proc_pid_environ(5)), and it does nothing.
 */
export async function killMarked(env: Readonly<Record<string, string>>): Promise<void> {
  const marks = MARKS.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  if (marks.length < MARKS.length) return;
  const names = await readdir('/proc').catch(() => []);
  await Promise.all(
    names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).map(async (id) => killIf(id, marks)),
  );
}

async function killIf(id: string, marks: readonly string[]): Promise<void> {
  try {
    const entries = new Set((await readFile(`/proc/${id}/environ`, 'utf8')).split('\0'));
    if (marks.every((mark) => entries.has(mark))) process.kill(Number(id), 'SIGKILL');
  } catch {
    // It has just ended, or is somebody else's.
  }
}
