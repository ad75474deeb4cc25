import { isIPv6 } from 'node:net';
import { sql, type Kysely } from 'kysely';
import type { AuthorizationServerTables } from './tables.ts';

/** What is counted, for how long, and how often it may happen in that time. */
export interface AttemptLimit {
  readonly kind: string;
  readonly seconds: number;
  readonly max: number;
}

/** Counts in the database what strangers may do only so often, so that all replicas share one count. */
export interface Attempts {
  /** Counts one attempt; false, and not counted, where there were too many already. */
  take(limit: AttemptLimit, key: string): Promise<boolean>;
  /** Forgets the attempts of this key. */
  forgive(limit: AttemptLimit, key: string): Promise<void>;
}

/** Seconds. No limit looks back further, so what is older is deleted. */
const LONGEST_WINDOW = 60 * 60;

export function createAttempts(database: Kysely<AuthorizationServerTables>): Attempts {
  return {
    take: ({ kind, seconds, max }, key) =>
      database.transaction().execute(async (transaction) => {
        // One at a time for each key: attempts that are made at the same moment must see each other.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`${kind}:${key}`}, 0))`.execute(transaction);
        const { count } = await transaction
          .selectFrom('attempt')
          .select((column) => column.fn.countAll<string>().as('count'))
          .where('kind', '=', kind)
          .where('key', '=', key)
          .where('made_at', '>', sql<Date>`now() - make_interval(secs => ${seconds})`)
          .executeTakeFirstOrThrow();
        if (Number(count) >= max) return false;
        await transaction.insertInto('attempt').values({ kind, key }).execute();
        return true;
      }),
    forgive: async ({ kind }, key) => {
      await database.deleteFrom('attempt').where('kind', '=', kind).where('key', '=', key).execute();
    },
  };
}

/** Deletes what no limit looks at any more. */
export async function deleteOldAttempts(database: Kysely<AuthorizationServerTables>): Promise<void> {
  const age = sql<Date>`now() - make_interval(secs => ${LONGEST_WINDOW})`;
  await database.deleteFrom('attempt').where('made_at', '<', age).execute();
}

/**
 * How a peer is counted: IPv4 by address, IPv6 by /64, because one household or one attacker has 2^64 addresses.
 * It is the address of the connection: behind a proxy that is the proxy's, since forwarding headers can be forged.
 */
export function peerKey(remoteAddress: string | undefined): string {
  const address = (remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
