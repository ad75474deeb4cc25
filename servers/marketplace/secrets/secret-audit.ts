import { sql } from 'kysely';
import type { Identity } from '../../kit/index.ts';
import type { SecretDatabase, SecretId } from './secret-store.ts';

/** Days that an entry is kept: a quarter, as access reviews want. */
const RETENTION_DAYS = 90;
/** Entries of one owner: one read a minute for a week. Then the oldest go, so that a loop fills no disk. */
const MAX_ENTRIES = 10_000;
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

/** Notes what somebody did, or was refused. In the transaction of the act: what cannot be noted does not happen. */
export async function audit(
  db: SecretDatabase,
  { owner, name }: SecretId,
  { subject, clientId }: Identity,
  action: AuditedAction,
  outcome: AuditEntry['outcome'] = 'done',
): Promise<void> {
  await db
    .insertInto('secret_audit')
    .values({ owner, name, actor: subject ?? 'anonymous', client: clientId ?? null, action, outcome })
    .execute();
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
      select id from (select id, row_number() over (partition by owner order by id desc) as place from secret_audit) as newest
      where place > ${MAX_ENTRIES}
    )`.execute(db);
  await sql`delete from secret_entries where expires_at < now() - interval '1 day'`.execute(db);
}
