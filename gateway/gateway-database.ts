import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { isDatabaseAway } from '../core/database-away.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import { migrate } from '../core/migrate.ts';
import { openDatabase } from '../core/postgres.ts';
import { ensureAdminAccount, type AdminAccountOptions } from './authorization-server/accounts.ts';
import { authorizationServerMigrations } from './authorization-server/migrations.ts';
import type { AuthorizationServerTables } from './authorization-server/tables.ts';

export interface GatewayDatabase {
  readonly tables: Kysely<AuthorizationServerTables>;
  /** Brings the schema up to date and makes the account of the administrator. Throws `database_away`, or where the password is not usable. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayDatabaseOptions extends Omit<AdminAccountOptions, 'database'> {
  readonly url: string;
  readonly log: Log;
}

/** Connections to the database: signing in is rare, and its queries take milliseconds. */
const CONNECTIONS = 8;
/** Milliseconds between attempts to repair: a sign-in waits for it. */
const REPAIR_EVERY_MS = 1000;

/** Opens no connection yet. Where the tables are gone later, they are made anew. */
export function openGatewayDatabase({ url, log, ...account }: GatewayDatabaseOptions): GatewayDatabase {
  const tables = openDatabase<AuthorizationServerTables>(url, { max: CONNECTIONS, log, onTablesGone });
  const closing = new AbortController();
  let isPrepared = false;
  let repairing: Promise<void> | undefined;

  function onTablesGone(): void {
    if (isPrepared) repairing ??= repairUntilDone().finally(() => (repairing = undefined));
  }
  const prepare = async (): Promise<void> => {
    await reached(tables);
    await migrate(tables, authorizationServerMigrations);
    const { changed } = await ensureAdminAccount({ ...account, database: tables });
    if (changed) log.warn('MOORING_ADMIN_PASSWORD replaced the password of admin, and ended its sessions');
    isPrepared = true;
  };
  const repairUntilDone = async (): Promise<void> => {
    log.warn('An empty database took the place of the one that was there: everybody has to sign in again');
    while (!closing.signal.aborted) {
      try {
        await prepare();
        log.info('The tables of the gateway are there again');
        return;
      } catch (error) {
        log.warn({ err: error }, 'The tables of the gateway could not be made; it is tried again');
        await sleep(REPAIR_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };

  return {
    tables,
    prepare,
    close: async () => {
      closing.abort();
      await repairing;
      await tables.destroy();
    },
  };
}

/** Throws `database_away`: apart from a migration that fails, it needs nothing but time. */
async function reached(tables: Kysely<AuthorizationServerTables>): Promise<void> {
  try {
    await sql`select`.execute(tables);
  } catch (cause) {
    if (!isDatabaseAway(cause)) throw cause;
    throw new Failure('database_away', `The database cannot be reached: ${(cause as Error).message}.`, { cause });
  }
}
