import { sql } from 'kysely';
import type { Migrations } from '../../core/migrate.ts';

/** Tables of the authorization server, in the schema of the role `gateway`. Only ever append. */
export const authorizationServerMigrations: Migrations = {
  '001-authorization-server': {
    async up(database) {
      await database.schema
        .createTable('oauth_state')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        // Not jsonb: that type refuses \u0000 and lone surrogates, which a client can put into `state` or its name.
        .addColumn('payload', 'json', (column) => column.notNull())
        .addColumn('grant_id', 'text')
        .addColumn('client_id', 'text')
        .addColumn('account', 'text')
        .addColumn('uid', 'text')
        .addColumn('consumed_at', 'timestamptz')
        .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
        .addPrimaryKeyConstraint('oauth_state_key', ['kind', 'id'])
        .execute();
      await sql`create index oauth_state_grant on oauth_state (grant_id) where grant_id is not null`.execute(database);
      await sql`create index oauth_state_client on oauth_state (client_id) where kind = 'Grant'`.execute(database);
      await sql`create index oauth_state_uid on oauth_state (uid) where uid is not null`.execute(database);
      await sql`create index oauth_state_expiry on oauth_state (expires_at)`.execute(database);

      await database.schema
        .createTable('oauth_client')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('metadata', 'json', (column) => column.notNull())
        .addColumn('used_at', 'timestamptz', (column) => column.notNull())
        .execute();
      await sql`create index oauth_client_use on oauth_client (used_at)`.execute(database);

      await database.schema
        .createTable('account')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('password_hash', 'text', (column) => column.notNull())
        .addColumn('scopes', sql`text[]`, (column) => column.notNull())
        .execute();

      await database.schema
        .createTable('attempt')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('made_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
        .execute();
      await sql`create index attempt_count on attempt (kind, key, made_at)`.execute(database);
      await sql`create index attempt_age on attempt (made_at)`.execute(database);
    },
  },
};
