import { sql } from 'kysely';
import type { Identity } from '../../kit/index.ts';
import type { SecretDatabase, SecretId } from './secret-store.ts';

/** Days that an entry is kept: a quarter, as access reviews want. */
const RETENTION_DAYS = 90;
/** Entries of one owner: one read a minute for a week. Then the oldest go, so that a loop fills no disk. */
const MAX_ENTRIES = 10_000;
/** Entries of refused reads of one owner, apart from the others: strangers push nothing out that was done. */
const MAX_REFUSED_ENTRIES = 1000;
/**
 * Refused reads of one secret by one person that are noted in 24 hours: enough to tell a search from a slip. For each secret apart, so that
 * what is tried first hides nothing that is tried later. An owner has 500 secrets at most, so a stranger adds 5000 rows in a day at most.
 */
export const MAX_REFUSED_A_DAY = 10;
/** Entries of an answer. */
const SHOWN = 100;

export type AuditedAction = 'set' | 'rotate' | 'delete' | 'grant' | 'revoke' | 'read';

export interface AuditEntry {
  readonly at: string;
  readonly name: string;
  readonly actor: string;
  readonly client?: string | undefined;
  readonly action: string;
  readonly outcome: 'done' | 'refused';
}

/** Notes what somebody did. In the transaction of the act: what cannot be noted does not happen. */
export async function audit(
  db: SecretDatabase,
  { owner, name }: SecretId,
  { subject, clientId }: Identity,
  action: AuditedAction,
): Promise<void> {
  await db
    .insertInto('secret_audit')
    .values({ owner, name, actor: subject ?? 'anonymous', client: clientId ?? null, action, outcome: 'done' })
    .execute();
}

/**
 * Notes that somebody was refused to read, where there is such a secret, and up to `MAX_REFUSED_A_DAY` times: who is refused must not fill the
 * table. All in one statement, so that the time it takes hardly tells what is there.
 */
export async function auditRefused(
  db: SecretDatabase,
  { owner, name }: SecretId,
  { subject, clientId }: Identity,
): Promise<void> {
  const actor = subject ?? 'anonymous';
  await sql`
    insert into secret_audit (owner, name, actor, client, action, outcome)
    select owner, name, ${actor}, ${clientId ?? null}, 'read', 'refused' from secrets
    where owner = ${owner} and name = ${name} and ${MAX_REFUSED_A_DAY} > (
      select count(*) from secret_audit
      where outcome = 'refused' and owner = ${owner} and name = ${name} and actor = ${actor} and at > now() - interval '24 hours'
    )`.execute(db);
}

/** What happened to the secrets of an owner, the newest first. */
export async function readAudit(db: SecretDatabase, owner: string, name?: string): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('secret_audit')
    .select(['at', 'name', 'actor', 'client', 'action', 'outcome'])
    .where('owner', '=', owner)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .orderBy('id', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.map(({ at, client, ...row }) => ({ ...row, at: at.toISOString(), ...(client !== null && { client }) }));
}

/** Deletes what nobody will look for: what is too old, too many of one owner, and pages that have had their day. */
export async function forgetOld(db: SecretDatabase): Promise<void> {
  await sql`delete from secret_audit where at < now() - make_interval(days => ${RETENTION_DAYS})`.execute(db);
  await sql`
    delete from secret_audit where id in (
      select id from (
        select id, outcome, row_number() over (partition by owner, outcome = 'refused' order by id desc) as place from secret_audit
      ) as newest
      where place > case when outcome = 'refused' then ${MAX_REFUSED_ENTRIES}::int else ${MAX_ENTRIES}::int end
    )`.execute(db);
  await sql`delete from secret_entries where expires_at < now() - interval '1 day'`.execute(db);
}
