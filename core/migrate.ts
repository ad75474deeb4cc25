import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Failure } from './failure.ts';

/** Migrations of one component by name; they run in the order of their names: `001-accounts`, `002-…`. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the schema of the component's role up to date: all missing migrations in one transaction, or none. Safe when
 * replicas start at once: an advisory lock lets one work, and the others find nothing left to do.
 * @param table remembers what has run, for migrations beside the component's own.
 * @returns the names of the migrations that ran.
 * @throws Failure `database_migration_failed`, also where the database is newer than this program.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: Migrations,
  table?: string,
): Promise<readonly string[]> {
  return db.connection().execute(async (connection) => {
    // The pool's limit is for requests; a migration, or the wait for another replica's, may take longer.
    await sql`set statement_timeout = 0`.execute(connection);
    try {
      const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(connection);
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: async () => ({ ...migrations }) },
        ...(rows[0] && { migrationTableSchema: rows[0].schema }),
        ...(table !== undefined && { migrationTableName: table, migrationLockTableName: `${table}_lock` }),
        // By code point: the order must not depend on the locale of a machine.
        nameComparator: (a, b) => (a < b ? -1 : Number(a > b)),
      });
      const { error, results = [] } = await migrator.migrateToLatest();
      if (error !== undefined)
        throw migrationFailed(error, results.find(({ status }) => status === 'Error')?.migrationName);
      return results.map(({ migrationName }) => migrationName);
    } finally {
      // A connection that is lost by now does not go back to the pool.
      await sql`reset statement_timeout`.execute(connection).catch(() => {});
    }
  });
}

const migrationFailed = (cause: unknown, migration: string | undefined): Failure =>
  new Failure(
    'database_migration_failed',
    migration
      ? `The database could not be brought up to date: migration ${migration} failed and nothing was changed. The log has the cause.`
      : 'The database could not be brought up to date. The log has the cause; a database that a newer Mooring has used needs that version.',
    { cause, detail: { migration, message: cause instanceof Error ? cause.message : String(cause) } },
  );
