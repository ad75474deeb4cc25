import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { parseDatabaseUrl } from './database-url.ts';
import { Failure } from './failure.ts';
import type { Log } from './log.ts';

/** A number of our own for pg_try_advisory_lock, apart from that of provisioning: `moor`, `lock` in ASCII. */
const LOCK = [0x6d_6f_6f_72, 0x6c_6f_63_6b] as const;

const CONNECT_TIMEOUT_MS = 10_000;

/** Milliseconds: what a Mooring that was just ended, or that is about to stop, may need to let go. */
const PATIENCE_MS = 3000;
const RETRY_MS = 250;

/** Milliseconds between attempts to get a lost lock back: as soon as anybody would look. */
const RECOVERY_MS = 2000;

export interface DatabaseLock {
  readonly release: () => Promise<void>;
}

/**
 * Marks a PostgreSQL server as used by this Mooring until `release()`, or the end of the process. Roles, whose passwords each start
 * makes anew, are common to all databases of a server; so is the lock, which lies in the database `postgres` (advisory locks
 * are per database), or in that of `adminUrl` where `postgres` lets nobody in. A lost connection is made anew, for ever;
 * where another Mooring came first meanwhile, the log says so.
 * @throws Failure `database_in_use`. Where the server cannot be reached, `database_unreachable`.
 */
export async function lockDatabase(adminUrl: string, log: Log): Promise<DatabaseLock> {
  const url = parseDatabaseUrl(adminUrl);
  const stopping = new AbortController();
  const { signal } = stopping;
  let holder: Client | undefined;

  const hold = (client: Client): void => {
    holder = client;
    client.once('end', () => {
      if (!signal.aborted) void recover();
    });
  };
  async function recover(): Promise<void> {
    log.warn('The connection that reserves the database was lost');
    for (let isTold = false; !signal.aborted; await sleep(RECOVERY_MS, undefined, { signal }).catch(() => {})) {
      const client = await tryLock(url).catch(() => 'away' as const);
      if (client === 'taken' && !isTold) {
        isTold = true;
        log.error(`${inUse().message} Servers of this Mooring may lose their database`);
      }
      if (!(client instanceof Client)) continue;
      if (signal.aborted) return client.end();
      log.info('The database is reserved again');
      return hold(client);
    }
  }

  hold(await firstLock(url));
  return {
    release: async () => {
      stopping.abort();
      await holder?.end();
    },
  };
}

/** Waits a little for one that is about to stop. */
async function firstLock(url: URL): Promise<Client> {
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(RETRY_MS)) {
    const client = await tryLock(url).catch((cause: unknown) => {
      throw unreachable(cause);
    });
    if (client !== 'taken') return client;
    if (performance.now() > end) throw inUse();
  }
}

/** A connection that holds the lock. */
async function tryLock(url: URL): Promise<Client | 'taken'> {
  const client = await connectForLock(url);
  try {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
      ...LOCK,
    ]);
    if (rows[0]?.locked) return client;
  } catch (error) {
    await client.end();
    throw error;
  }
  await client.end();
  return 'taken';
}

async function connectForLock(url: URL): Promise<Client> {
  const common = Object.assign(new URL(url), { pathname: '/postgres' });
  try {
    return await connect(common);
  } catch (error) {
    if (!NOT_LET_IN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return connect(url);
}

/** PostgreSQL, appendix A: no such database, no line in pg_hba.conf, no right to connect. */
const NOT_LET_IN = new Set(['3D000', '28000', '42501']);

async function connect(url: URL): Promise<Client> {
  const client = new Client({
    connectionString: url.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'mooring-lock',
    // Notices a server that vanished without a word.
    keepAlive: true,
  });
  // `end` follows; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  // It says nothing for days.
  await client.query('set idle_session_timeout = 0');
  return client;
}

const inUse = (): Failure =>
  new Failure(
    'database_in_use',
    'Another Mooring uses the PostgreSQL server of DATABASE_URL, and each would lock the other out. Stop that one, or give this one a server of its own; without DATABASE_URL it brings one along.',
  );

const unreachable = (cause: unknown): Failure =>
  new Failure(
    'database_unreachable',
    'The database could not be reserved. Check that PostgreSQL runs, and host, name and password in DATABASE_URL; the log has its answer.',
    { status: 503, cause, detail: { code: (cause as NodeJS.ErrnoException).code } },
  );
