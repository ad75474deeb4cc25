import { mkdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { ProcessGuard } from '../process-guard.ts';
import { serverAccount } from './account.ts';
import { clusterFolder, clusterPaths, ensureCluster } from './cluster.ts';
import { awaitFormerServer } from './former-server.ts';
import { preparePrograms } from './programs.ts';
import { startServer } from './server.ts';
import { socketFolder } from './socket-folder.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the superuser, to the database `mooring` (which provisionRole makes). Holds the password. */
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

/** Between two attempts to bring back a server that ended by itself. */
const RESTART_AFTER_MS = 1000;

/**
 * Starts the embedded PostgreSQL, making its data on the first start, and keeps it running until `stop` or the end of this
 * process, however that comes. Throws a Failure: `postgres_not_installed`, `postgres_no_account`, `postgres_programs_not_safe`,
 * `postgres_not_created`, `postgres_in_use`, `postgres_still_ending`, `postgres_not_started`.
 */
export async function startEmbeddedPostgres({
  folder,
  guard,
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const account = await serverAccount(clusterPaths(clusterFolder(folder)).data);
  const programs = await preparePrograms(folder, account);
  const cluster = await ensureCluster(folder, { programs, account, guard });
  const socket = await socketFolder(cluster.socket, account, guard);
  const start = async () => {
    await awaitFormerServer(cluster.data);
    return startServer({ ...cluster, socket, programs, account, guard, log });
  };

  let server = await start();
  let stopping = false;
  const supervision = supervise();

  async function supervise(): Promise<void> {
    for (;;) {
      const outcome = await server.ended;
      if (stopping) return;
      log.error({ outcome }, 'PostgreSQL ended by itself and is started again');
      await delay(RESTART_AFTER_MS);
      server = await start().catch((error: unknown) => {
        log.error({ err: error }, 'PostgreSQL did not start again');
        return server;
      });
      if (stopping) await server.stop();
    }
  }

  const password = await readFile(cluster.password, 'utf8');
  return {
    adminUrl: socketUrl({ user: 'postgres', password, socketFolder: socket, database: 'mooring' }),
    async stop() {
      stopping = true;
      await server.stop();
      await supervision;
      if (socket !== cluster.socket) await rm(socket, { recursive: true, force: true });
    },
  };
}

/** A Unix socket in a connection URL: its folder as the percent-encoded host (libpq, section 32.1.1.2). */
const socketUrl = (to: { user: string; password: string; socketFolder: string; database: string }): string =>
  `postgresql://${to.user}:${to.password}@${encodeURIComponent(to.socketFolder)}/${to.database}`;
