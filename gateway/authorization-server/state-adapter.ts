import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { storable } from './storable.ts';
import type { AuthorizationServerTables } from './tables.ts';

type Database = Kysely<AuthorizationServerTables>;

/**
 * Keeps what oidc-provider keeps, in PostgreSQL. Ids of codes, tokens and sessions are credentials, so only their hash is
 * stored, and the copies of them inside the payloads are left out.
 */
export function createStateAdapter(database: Database, kind: string): Adapter {
  const row = (id: string) => database.selectFrom('oauth_state').where('kind', '=', kind).where('id', '=', digest(id));

  return {
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) throw new TypeError(`a ${kind} without an end`);
      const columns = {
        payload: JSON.stringify(withoutCredentials(payload)),
        grant_id: payload.grantId ?? null,
        client_id: payload.clientId ?? null,
        account: payload.accountId ?? null,
        uid: payload.uid ?? null,
        expires_at: new Date(Date.now() + expiresIn * 1000),
      };
      await database
        .insertInto('oauth_state')
        .values({ kind, id: digest(id), ...columns })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(columns))
        .execute();
    },
    async find(id) {
      const found = await row(id).select(['payload', 'consumed_at']).executeTakeFirst();
      return found && { ...found.payload, jti: id, ...consumption(found.consumed_at) };
    },
    async findByUid(uid) {
      const found = await database
        .selectFrom('oauth_state')
        .select('payload')
        .where('kind', '=', kind)
        .where('uid', '=', uid)
        .executeTakeFirst();
      return found?.payload;
    },
    // Only the device flow has user codes, and it is off.
    findByUserCode: async () => undefined,
    async consume(id) {
      const { numUpdatedRows } = await database
        .updateTable('oauth_state')
        .set({ consumed_at: new Date() })
        .where('kind', '=', kind)
        .where('id', '=', digest(id))
        .where('consumed_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return;
      // Two requests presented it at the same moment. RFC 9700 section 4.14.2: nobody can say which of them is the thief.
      const used = await row(id).select('grant_id').executeTakeFirst();
      if (used?.grant_id) await revokeGrant(database, used.grant_id);
      throw new errors.InvalidGrant(`${kind} was used twice at the same moment`);
    },
    async destroy(id) {
      await database.deleteFrom('oauth_state').where('kind', '=', kind).where('id', '=', digest(id)).execute();
    },
    async revokeByGrantId(grantId) {
      await database.deleteFrom('oauth_state').where('kind', '=', kind).where('grant_id', '=', grantId).execute();
    },
  };
}

/** Deletes what has ended. */
export async function deleteExpiredState(database: Database): Promise<void> {
  await database.deleteFrom('oauth_state').where('expires_at', '<', new Date()).execute();
}

/** Whether somebody has consented to this client and the consent still holds. */
export async function hasGrant(database: Database, clientId: string): Promise<boolean> {
  const grant = await database
    .selectFrom('oauth_state')
    .select('id')
    .where('kind', '=', 'Grant')
    .where('client_id', '=', storable(clientId))
    .where('expires_at', '>', new Date())
    .executeTakeFirst();
  return grant !== undefined;
}

/** Ends the browser sessions of an account. */
export async function endSessions(database: Database, account: string): Promise<void> {
  await database.deleteFrom('oauth_state').where('kind', '=', 'Session').where('account', '=', account).execute();
}

async function revokeGrant(database: Database, grantId: string): Promise<void> {
  await database
    .deleteFrom('oauth_state')
    .where((column) =>
      column.or([column('grant_id', '=', grantId), column.and({ kind: 'Grant', id: digest(grantId) })]),
    )
    .execute();
}

const digest = (id: string): string => hash('sha256', id, 'base64url');

/** `jti` is what the client holds; an interaction also carries the cookie of its session. */
function withoutCredentials({ jti: _jti, session, ...payload }: AdapterPayload): AdapterPayload {
  if (!session) return payload;
  const { cookie: _cookie, ...rest } = session;
  return { ...payload, session: rest };
}

const consumption = (at: Date | null) => (at ? { consumed: Math.floor(at.getTime() / 1000) } : {});
