import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import { migrate, type Migrations } from '../../core/migrate.ts';
import { openDatabase } from '../../core/postgres.ts';
import { artifactMigrations } from './artifacts/artifact-tables.ts';
import { databaseAway } from './database-away.ts';

/** Connections of one replica; the embedded server has 60 for all components. */
const MAX_CONNECTIONS = 8;
/** Name of the table that remembers the migrations of the kit. */
const KIT_MIGRATIONS = 'kit_migration';
/** Milliseconds between attempts to bring the database up to date: doubled each time, so that a short absence costs little. */
const FIRST_RETRY = 250;
const LAST_RETRY = 10_000;

/** The database of a server, which may be away when the server starts and at any time later. */
export interface ServerDatabase<Tables> {
  /** Brings the schema up to date, and tries until it is; and again where the tables are gone later. */
  start(): void;
  /** For queries. Throws the `Failure` `database_away` until the schema is up to date. */
  use(): Kysely<Tables>;
  /** Rejects until the schema is up to date. Not later: a call that fails explains itself, a server without traffic cannot. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface ServerDatabaseOptions {
  readonly migrations: Migrations;
  readonly log: Log;
  /** Makes what `artifactStore` needs, too. */
  readonly artifacts?: boolean;
}

/** The database that `DATABASE_URL` names. Throws a `Failure` (`bad_environment`) without showing it, because it holds a password. */
export function serverDatabase<Tables>(
  env: NodeJS.ProcessEnv,
  { migrations, log, artifacts = false }: ServerDatabaseOptions,
): ServerDatabase<Tables> {
  const url = env['DATABASE_URL'] ?? '';
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url)) {
    throw new Failure(
      'bad_environment',
      'DATABASE_URL must be a connection URL: postgresql://user:password@host/database.',
    );
  }
  const db = openDatabase<Tables>(url, { max: MAX_CONNECTIONS, log, onTablesGone });
  const closing = new AbortController();
  let upToDate = false;
  let starting: Promise<void> | undefined;

  function onTablesGone(): void {
    if (!upToDate) return;
    log.warn('an empty database took the place of the one that was there: its tables are made anew');
    upToDate = false;
    starting = bringUpToDate();
  }
  const bringUpToDate = async (): Promise<void> => {
    for (let retryAfter = FIRST_RETRY; !closing.signal.aborted; retryAfter = Math.min(2 * retryAfter, LAST_RETRY)) {
      try {
        const kit = artifacts ? await migrate(db, artifactMigrations, KIT_MIGRATIONS) : [];
        const migrated = [...kit, ...(await migrate(db, migrations))];
        upToDate = true;
        log.info({ migrated }, 'database is up to date');
        return;
      } catch (error) {
        const { message } = error as Error;
        log.warn({ err: error, retryAfter }, `database is not ready: ${message}`);
        await sleep(retryAfter, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };
  return {
    start: () => void (starting ??= bringUpToDate()),
    use: () => {
      if (!upToDate) throw databaseAway();
      return db;
    },
    ready: async () => {
      if (!upToDate) throw new Error('the database is not up to date yet');
    },
    close: async () => {
      closing.abort();
      await starting;
      await db.destroy();
    },
  };
}
