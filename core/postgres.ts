import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { areTablesGone } from './database-away.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { Log } from './log.ts';

export interface DatabaseOptions {
  /** Most connections at a time; the embedded server has 60 for all components. */
  readonly max: number;
  readonly log: Log;
  /** Told when a query found that its tables are not there. */
  readonly onTablesGone?: (() => void) | undefined;
}

/** A new connection to a server on the same machine takes milliseconds; waiting longer than this helps no request. */
const CONNECT_TIMEOUT_MS = 5000;
/** Our statements touch single rows or one page; what runs longer is stuck. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction that waits for its own client holds locks. */
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;
const IDLE_CONNECTION_MS = 30_000;

/**
 * A component's database: typed queries over a pool of connections. Connections are made when needed and replaced when
 * lost, so a restart of the database costs the queries that it interrupts and nothing else. `destroy()` closes the pool.
 * @param url connection URL of the component's role (provisionRole).
 */
export function openDatabase<Tables>(url: string, { max, log, onTablesGone }: DatabaseOptions): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    application_name: `mooring-${parseDatabaseUrl(url).username}`,
  });
  // Without listeners a lost connection would end the process. The pool speaks for a client that waits in it; one that is
  // in use tells its query, or the next one.
  pool.on('error', (error) => log.warn({ err: error }, 'An idle connection to the database was lost'));
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => {
      if (event.level === 'error' && areTablesGone(event.error)) onTablesGone?.();
    },
  });
}
