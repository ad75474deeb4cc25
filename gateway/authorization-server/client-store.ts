import { sql, type Kysely } from 'kysely';
import { errors, type Adapter } from 'oidc-provider';
import { storable } from './storable.ts';
import type { AuthorizationServerTables } from './tables.ts';

type Database = Kysely<AuthorizationServerTables>;

/** Seconds between two notes that a client is in use: enough to know which of them was not used for longest. */
const USE_NOTED_EVERY = 60 * 60;

/**
 * Clients that registered themselves. Anybody can register, so there are at most `max()`: above it, those that nobody has
 * consented to go first, the longest unused of them before the others.
 */
export function createClientStore(database: Database, max: () => number): Adapter {
  const unsupported = async (): Promise<never> => {
    throw new TypeError('clients have neither grants nor codes');
  };
  return {
    async find(id) {
      const found = await database
        .selectFrom('oauth_client')
        .select(['metadata', 'used_at'])
        .where('id', '=', storable(id))
        .executeTakeFirst();
      if (!found) return undefined;
      if (Date.now() - found.used_at.getTime() > USE_NOTED_EVERY * 1000) {
        await database.updateTable('oauth_client').set({ used_at: new Date() }).where('id', '=', id).execute();
      }
      return found.metadata;
    },
    async upsert(id, metadata) {
      await database.transaction().execute(async (transaction) => {
        // One registration at a time, or two of them would both take the last place.
        await sql`select pg_advisory_xact_lock(hashtextextended('oauth_client', 0))`.execute(transaction);
        const { count } = await transaction
          .selectFrom('oauth_client')
          .select((column) => column.fn.countAll<string>().as('count'))
          .executeTakeFirstOrThrow();
        const surplus = Number(count) + 1 - max();
        if (surplus > 0 && (await makeRoom(transaction, surplus)) < surplus) throw tooManyClients();
        await transaction
          .insertInto('oauth_client')
          .values({ id, metadata: JSON.stringify(metadata), used_at: new Date() })
          .execute();
      });
    },
    async destroy(id) {
      await database.deleteFrom('oauth_client').where('id', '=', id).execute();
    },
    findByUid: unsupported,
    findByUserCode: unsupported,
    consume: unsupported,
    revokeByGrantId: unsupported,
  };
}

/** Deletes up to `wanted` clients without a grant; says how many there were. */
async function makeRoom(database: Database, wanted: number): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom('oauth_client')
    .where('id', 'in', (query) =>
      query
        .selectFrom('oauth_client as candidate')
        .select('candidate.id')
        .where((expression) =>
          expression.not(
            expression.exists(
              expression
                .selectFrom('oauth_state')
                .select('oauth_state.id')
                .where('oauth_state.kind', '=', 'Grant')
                .whereRef('oauth_state.client_id', '=', 'candidate.id'),
            ),
          ),
        )
        .orderBy('candidate.used_at')
        .limit(wanted),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

const tooManyClients = (): Error =>
  new errors.CustomOIDCProviderError(
    'temporarily_unavailable',
    'as many clients are registered as limits.registeredClients allows, and all of them are in use',
  );
