import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { newPassword } from '../postgres-role.ts';
import { writePrivateFile } from '../private-file.ts';
import type { ProcessGuard } from '../process-guard.ts';
import type { Account } from './account.ts';
import { pathFor, startProgram } from './program.ts';
import { hostBasedAuthentication } from './settings.ts';

/** The cluster within the state folder of the embedded PostgreSQL. */
export const clusterFolder = (folder: string): string => join(folder, 'cluster');

/** Where what lies in the folder of a cluster. Only `data` and `socket` belong to the account of the server. */
export const clusterPaths = (folder: string) => ({
  folder,
  data: join(folder, 'data'),
  socket: join(folder, 'socket'),
  /** Password of the superuser `postgres`, 0600. */
  password: join(folder, 'password'),
  hostBasedAuthentication: join(folder, 'data', 'pg_hba.conf'),
});

export type ClusterPaths = ReturnType<typeof clusterPaths>;

interface ClusterContext {
  readonly programs: string;
  readonly account: Account | undefined;
  readonly guard: ProcessGuard;
}

/** Makes the cluster where there is none. It gets its name when it is complete, so a start that was interrupted leaves no half of one. */
export async function ensureCluster(folder: string, context: ClusterContext): Promise<ClusterPaths> {
  const paths = clusterPaths(clusterFolder(folder));
  if (!(await isThere(paths.data))) {
    const unfinished = clusterPaths(join(folder, `new-${randomBytes(6).toString('hex')}`));
    context.guard.removeAtEnd(unfinished.folder);
    await createCluster(unfinished, context)
      .then(() => rename(unfinished.folder, paths.folder))
      .then(() => sync(folder))
      .catch(async (error: unknown) => {
        await rm(unfinished.folder, { recursive: true, force: true });
        // Another Mooring was faster; which of the two may go on is decided by the lock file of the server.
        if (!(await isThere(paths.data))) throw error;
      });
  }
  return paths;
}

async function createCluster(paths: ClusterPaths, { programs, account, guard }: ClusterContext): Promise<void> {
  const owned = account ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  await mkdir(paths.folder, { mode: 0o700 });
  for (const folder of [paths.data, paths.socket]) {
    await mkdir(folder, { mode: 0o700 });
    await chown(folder, owned.uid, owned.gid);
  }
  await writeFile(paths.password, newPassword(), { mode: 0o600, flag: 'wx', flush: true });
  await chown(paths.password, owned.uid, owned.gid);
  if (account) {
    // The server goes through this folder from `data` to `socket`, and may see nothing else in it.
    await chown(paths.folder, 0, account.gid);
    await chmod(paths.folder, 0o710);
  }
  await initdb(paths, { programs, account, guard });
  await writeHostBasedAuthentication(paths, { account, isNetworked: false });
  if (account) await chown(paths.password, 0, 0);
  // initdb has written out the rest.
  for (const path of [paths.hostBasedAuthentication, paths.data, paths.folder]) await sync(path);
}

/** Says who may log in, and from where. The server reads it when it starts. */
export async function writeHostBasedAuthentication(
  { hostBasedAuthentication: path }: ClusterPaths,
  { account, isNetworked }: { readonly account: Account | undefined; readonly isNetworked: boolean },
): Promise<void> {
  await writePrivateFile(path, hostBasedAuthentication(isNetworked));
  if (account) await lchown(path, account.uid, account.gid);
}

async function initdb({ data, password }: ClusterPaths, { programs, account, guard }: ClusterContext): Promise<void> {
  const context = { programs, data, account };
  const args = [
    `--pgdata=${pathFor(context, data)}`,
    '--username=postgres',
    `--pwfile=${pathFor(context, password)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorting by code point, the same on every system and in every version of it.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    // The smallest data need no 16 MB of log at once (settings.ts: max_wal_size).
    '--wal-segsize=4',
    '--no-instructions',
  ];
  const { process: child, ended, lastLines } = startProgram('initdb', args, context);
  if (child.pid) guard.protect(child.pid, { signal: 'SIGTERM', group: true });
  const outcome = await ended;
  if (child.pid) guard.release(child.pid);
  if (outcome === 'exit code 0') return;
  throw new Failure(
    'postgres_not_created',
    `The embedded PostgreSQL could not make its data folder ${data}. The log has its last lines; free disk space and the rights on that folder are the usual causes.`,
    { detail: { outcome, lastLines } },
  );
}

/** Makes a file, or the names in a folder, survive a power failure. */
async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
