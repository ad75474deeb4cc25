import { sql, type Kysely, type Transaction } from 'kysely';
import type { Identity } from '../../kit/index.ts';
import type { Tables } from '../tables.ts';
import type { KeyRing } from './key-ring.ts';
import { openValue, sealValue } from './sealed-value.ts';
import type { GranteeKind } from './secret-tables.ts';

/** Also one of its transactions. */
export type SecretDatabase = Kysely<Tables>;

export interface SecretSummary {
  readonly name: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly to: GranteeKind;
  readonly grantee: string;
}

export interface SecretId {
  readonly owner: string;
  readonly name: string;
}

/** Secrets of one person: more than anybody keeps names of; 16 MiB of values at most. */
export const MAX_SECRETS = 500;

/**
 * Who writes a value holds this lock together with others, the last step of a rotation alone: so nothing is wrapped by a key that
 * is about to go. An arbitrary number, of this schema's database only.
 */
const ROTATION_LOCK = 0x6d_6f_6f_72;
const holdKeys = async (db: SecretDatabase): Promise<unknown> =>
  sql`select pg_advisory_xact_lock_shared(${ROTATION_LOCK})`.execute(db);
export const holdKeysAlone = async (db: SecretDatabase): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(${ROTATION_LOCK})`.execute(db);

/** Keeps a value, as a new secret or as the next version of one; answers the version. */
export async function keepValue(
  db: Transaction<Tables>,
  { owner, name }: SecretId,
  value: string,
  keys: () => Promise<KeyRing>,
): Promise<number> {
  await holdKeys(db);
  const ring = await keys();
  // The row is made first, so that two who write at once do so one after the other.
  const { version } = await db
    .insertInto('secrets')
    .values({ owner, name, version: 1, sealed: sql`'{}'`, kid: ring[0].kid })
    .onConflict((conflict) =>
      conflict.columns(['owner', 'name']).doUpdateSet({ version: sql`secrets.version + 1`, updated_at: sql`now()` }),
    )
    .returning('version')
    .executeTakeFirstOrThrow();
  const sealed = await sealValue(value, { owner, name, version }, ring);
  await db
    .updateTable('secrets')
    .set({ sealed: JSON.stringify(sealed) as never, kid: ring[0].kid })
    .where('owner', '=', owner)
    .where('name', '=', name)
    .execute();
  return version;
}

export async function findSecret(db: SecretDatabase, { owner, name }: SecretId) {
  return db.selectFrom('secrets').selectAll().where('owner', '=', owner).where('name', '=', name).executeTakeFirst();
}

/**
 * Keeps secrets of an owner, and the keys that open them, as they are until the transaction ends; the names of those that are there. In one order for
 * all, so that nobody waits in a circle.
 */
export async function holdSecrets(
  db: Transaction<Tables>,
  owner: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  await holdKeys(db);
  const rows = await db
    .selectFrom('secrets')
    .select('name')
    .where('owner', '=', owner)
    .where('name', 'in', names)
    .orderBy('name')
    .forShare()
    .execute();
  return new Set(rows.map(({ name }) => name));
}

/** The value of a secret that is there and held. */
export async function readValue(
  db: Transaction<Tables>,
  id: SecretId,
  keys: () => Promise<KeyRing>,
): Promise<{ value: string; version: number }> {
  const row = await findSecret(db, id);
  if (!row) throw new Error('a secret that was held is gone');
  return { value: await openValue(row.sealed, row, await keys()), version: row.version };
}

/** Whether it was there. Its grants go with it. */
export async function deleteSecret(db: SecretDatabase, { owner, name }: SecretId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('secrets')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function countSecrets(db: SecretDatabase, owner: string): Promise<number> {
  const { count } = await db
    .selectFrom('secrets')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** All of an owner, by name, without values. */
export async function listSecrets(db: SecretDatabase, owner: string): Promise<SecretSummary[]> {
  const secrets = db.selectFrom('secrets').select(['name', 'version', 'created_at', 'updated_at']);
  const grants = db.selectFrom('secret_grants').select(['name', 'kind', 'grantee']);
  const [rows, granted] = await Promise.all([
    secrets.where('owner', '=', owner).orderBy('name').execute(),
    grants.where('owner', '=', owner).orderBy('kind').orderBy('grantee').execute(),
  ]);
  return rows.map(({ name, version, created_at, updated_at }) => ({
    name,
    version,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
    grants: granted.filter((grant) => grant.name === name).map(({ kind, grantee }) => ({ to: kind, grantee })),
  }));
}

/** Names of the secrets of an owner; with a skill of theirs, of those that are granted to it. */
export async function secretNames(db: SecretDatabase, owner: string, skill?: string): Promise<ReadonlySet<string>> {
  const rows =
    skill === undefined
      ? await db.selectFrom('secrets').select('name').where('owner', '=', owner).execute()
      : await db
          .selectFrom('secret_grants')
          .select('name')
          .where('owner', '=', owner)
          .where('kind', '=', 'skill')
          .where('grantee', '=', skill)
          .execute();
  return new Set(rows.map(({ name }) => name));
}

/** Grants of one secret: a team with its roles has dozens. */
const MAX_GRANTS = 100;

/** False where there are too many. */
export async function addGrant(db: SecretDatabase, { owner, name }: SecretId, grant: Grant): Promise<boolean> {
  const { count } = await db
    .selectFrom('secret_grants')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MAX_GRANTS) return false;
  await db
    .insertInto('secret_grants')
    .values({ owner, name, kind: grant.to, grantee: grant.grantee })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}

/** Whether it was there. */
export async function removeGrant(db: SecretDatabase, { owner, name }: SecretId, grant: Grant): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('secret_grants')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .where('kind', '=', grant.to)
    .where('grantee', '=', grant.grantee)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Whether somebody who is not the owner may read it: as a person, by a scope, or for a skill that they were shown to be able to read. */
export async function isGranted(
  db: SecretDatabase,
  { owner, name }: SecretId,
  { subject, scopes }: Identity,
  skill: string | undefined,
): Promise<boolean> {
  if (subject === undefined) return false;
  const grants = await db
    .selectFrom('secret_grants')
    .select(['kind', 'grantee'])
    .where('owner', '=', owner)
    .where('name', '=', name)
    .execute();
  return grants.some(({ kind, grantee }) => {
    if (kind === 'person') return grantee === subject;
    return kind === 'role' ? scopes.includes(grantee) : grantee === skill;
  });
}
