import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { SecretDatabase, SecretId } from './secret-store.ts';

/** Minutes that a person has to type a value. */
export const MINUTES = 5;
/** Bytes of an id: 192 bits that nobody guesses, though the page asks who it is as well. */
const ID_BYTES = 24;
/** Pages that one person may have open: each call of the tool makes one. */
const MAX_OPEN = 20;

export type EntryState = 'open' | 'used' | 'gone';

/** A page on which the owner, and nobody else, may type the value of a secret once. Undefined where too many are open. */
export async function openEntry(db: SecretDatabase, { owner, name }: SecretId) {
  const open = await db
    .selectFrom('secret_entries')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  if (Number(open.count) >= MAX_OPEN) return undefined;
  const id = randomBytes(ID_BYTES).toString('base64url');
  const { expires_at } = await db
    .insertInto('secret_entries')
    .values({ id, owner, name, expires_at: sql`now() + make_interval(mins => ${MINUTES})`, used_at: null })
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  return { id, expiresAt: expires_at.toISOString() };
}

/** The secret that an open page is for: only for its owner, so that others learn nothing. */
export async function findEntry(db: SecretDatabase, id: string, owner: string): Promise<SecretId | undefined> {
  return db
    .selectFrom('secret_entries')
    .select(['owner', 'name'])
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}

/** Takes the one use of a page, in the transaction that keeps the value: of two at once the second finds it used. */
export async function useEntry(db: SecretDatabase, id: string, owner: string): Promise<SecretId | undefined> {
  return db
    .updateTable('secret_entries')
    .set({ used_at: sql`now()` })
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['owner', 'name'])
    .executeTakeFirst();
}

export async function entryState(db: SecretDatabase, id: string): Promise<EntryState> {
  const row = await db
    .selectFrom('secret_entries')
    .select(['used_at', sql<boolean>`expires_at > now()`.as('fresh')])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row?.used_at) return 'used';
  return row?.fresh === true ? 'open' : 'gone';
}
