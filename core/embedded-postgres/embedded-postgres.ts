import { chmod, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { PORTS } from '../pod-paths.ts';
import type { ProcessGuard } from '../process-guard.ts';
import { serverAccount } from './account.ts';
import { changeAdminPassword } from './admin-password.ts';
import { clusterFolder, clusterPaths, ensureCluster, writeHostBasedAuthentication } from './cluster.ts';
import { awaitFormerServer } from './former-server.ts';
import { keepRunning } from './keep-running.ts';
import { preparePrograms } from './programs.ts';
import { startServer } from './server.ts';
import { socketFolder } from './socket-folder.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the superuser, to the database `mooring` (which provisionRole makes). It holds the password. */
  readonly adminUrl: string;
  /** Gives the superuser another password; open connections stay. `adminUrl` keeps the one of the start. */
  setAdminPassword(password: string): Promise<void>;
  /** Ends the server in order; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** State folder of its own: `$MOORING_HOME/postgres`. */
  readonly folder: string;
  /** Port on which it also listens on every address. Default: its Unix socket only. */
  readonly networkPort?: number;
  readonly guard: ProcessGuard;
  readonly log: Log;
}

/**
 * Starts the embedded PostgreSQL, making its data on the first start, and keeps it running until `stop` or the end of this
 * process, however that comes. Throws a Failure: `postgres_not_installed`, `postgres_no_account`, `postgres_not_copied`,
 * `postgres_programs_not_safe`, `postgres_not_created`, `postgres_in_use`, `postgres_still_ending`, `postgres_not_started`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { networkPort, guard, log } = options;
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // One name for one folder: a running server is recognized by it.
  const folder = await realpath(options.folder);
  const account = await serverAccount(clusterPaths(clusterFolder(folder)).data);
  const programs = await preparePrograms(folder, account, guard);
  const cluster = await ensureCluster(folder, { programs, account, guard });
  // Kubernetes opens volumes to the group of a pod (fsGroup) each time it mounts them, and PostgreSQL refuses such data.
  await chmod(cluster.data, 0o700);
  if (networkPort !== undefined) await writeHostBasedAuthentication(cluster, { account, isNetworked: true });
  const socket = await socketFolder(cluster.socket, account, guard);

  const port = networkPort ?? PORTS.database;
  const locks = { data: cluster.data, socketLock: join(socket, `.s.PGSQL.${port}.lock`) };
  const server = await keepRunning(async () => {
    await awaitFormerServer(locks);
    return startServer({ ...cluster, socket, networkPort, programs, account, guard, log }).catch(
      async (error: unknown) => {
        // Of two that start at the same moment, PostgreSQL's lock lets one through; the other one says so.
        await awaitFormerServer(locks);
        throw error;
      },
    );
  }, log);

  // A Unix socket in a URL: its folder as the percent-encoded host (libpq, "Connection URIs"). Port and sslmode are spelled
  // out, because clients would take missing ones from PGPORT and PGSSLMODE.
  const urlWith = (password: string) =>
    `postgresql://postgres:${encodeURIComponent(password)}@${encodeURIComponent(socket)}:${port}/mooring?sslmode=disable`;
  return {
    adminUrl: urlWith(await readFile(cluster.password, 'utf8')),
    setAdminPassword: async (password) => changeAdminPassword(password, { file: cluster.password, urlWith }),
    async stop() {
      await server.stop();
      if (socket !== cluster.socket) await rm(socket, { recursive: true, force: true });
    },
  };
}
