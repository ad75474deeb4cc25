import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import type { Log } from '../log.ts';
import type { ProcessGuard } from '../process-guard.ts';
import { serverAccount } from './account.ts';
import { clusterFolder, clusterPaths, ensureCluster } from './cluster.ts';
import { awaitFormerServer } from './former-server.ts';
import { keepRunning } from './keep-running.ts';
import { preparePrograms } from './programs.ts';
import { startServer } from './server.ts';
import { socketFolder } from './socket-folder.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the superuser, to the database `mooring` (which provisionRole makes). It holds the password. */
  readonly adminUrl: string;
  /** Ends the server in order; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** State folder of its own: `$MOORING_HOME/postgres`. */
  readonly folder: string;
  readonly guard: ProcessGuard;
  readonly log: Log;
}

/**
 * Starts the embedded PostgreSQL, making its data on the first start, and keeps it running until `stop` or the end of this
 * process, however that comes. Throws a Failure: `postgres_not_installed`, `postgres_no_account`, `postgres_not_copied`,
 * `postgres_programs_not_safe`, `postgres_not_created`, `postgres_in_use`, `postgres_still_ending`, `postgres_not_started`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { guard, log } = options;
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // One name for one folder: a running server is recognized by it.
  const folder = await realpath(options.folder);
  const account = await serverAccount(clusterPaths(clusterFolder(folder)).data);
  const programs = await preparePrograms(folder, account, guard);
  const cluster = await ensureCluster(folder, { programs, account, guard });
  const socket = await socketFolder(cluster.socket, account, guard);

  const server = await keepRunning(async () => {
    await awaitFormerServer(cluster.data);
    return startServer({ ...cluster, socket, programs, account, guard, log }).catch(async (error: unknown) => {
      // Of two that start at the same moment, PostgreSQL's lock lets one through; the other one says so.
      await awaitFormerServer(cluster.data);
      throw error;
    });
  }, log);

  const password = await readFile(cluster.password, 'utf8');
  return {
    // A Unix socket in a URL: its folder as the percent-encoded host (libpq, "Connection URIs"). Port and sslmode are spelled
    // out, because clients would take missing ones from PGPORT and PGSSLMODE.
    adminUrl: `postgresql://postgres:${password}@${encodeURIComponent(socket)}:5432/mooring?sslmode=disable`,
    async stop() {
      await server.stop();
      if (socket !== cluster.socket) await rm(socket, { recursive: true, force: true });
    },
  };
}
