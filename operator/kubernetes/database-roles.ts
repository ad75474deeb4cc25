import { Client, type DatabaseError } from 'pg';
import { abortableSocket } from '../../core/abortable-socket.ts';
import { parseDatabaseUrl } from '../../core/database-url.ts';
import type { Log } from '../../core/log.ts';
import { provisionRole } from '../../core/postgres-role.ts';

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds until TCP asks whether the other side is alive; 10 s later (libuv) a database that vanished without a word is lost. */
const KEEPALIVE_DELAY = 10_000;

/** PostgreSQL, appendix A: wrong password or no such role, no line in pg_hba.conf, no such database, no right to connect. */
const NOT_LET_IN = new Set(['28P01', '28000', '3D000', '42501']);

export interface RoleContext {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that the role of this connection URL can log in: one that can is left alone, so that a second time changes
 * nothing. Throws what the database or the network says; at once with the signal.
 */
export async function ensureRole(adminUrl: string, url: string, { log, signal }: RoleContext): Promise<void> {
  const client = clientFor(url, signal);
  try {
    await client.connect();
    await client.end();
    return;
  } catch (error) {
    if (!NOT_LET_IN.has((error as DatabaseError).code ?? '')) throw error;
  }
  const { username: role, password } = parseDatabaseUrl(url);
  await provisionRole(adminUrl, role, decodeURIComponent(password), signal);
  log.info({ role }, 'Database role made');
}

/** Calls back when the database has gone: with it everything may be gone that was in it. The signal ends that. */
export async function onDatabaseLost(adminUrl: string, listener: () => void, signal: AbortSignal): Promise<void> {
  const client = clientFor(adminUrl, signal);
  await client.connect();
  client.once('end', () => {
    if (!signal.aborted) listener();
  });
  // It says nothing for days.
  await client.query('set idle_session_timeout = 0');
}

function clientFor(url: string, signal: AbortSignal): Client {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY,
    application_name: 'mooring-operator',
    stream: abortableSocket(signal),
  });
  // `end` follows; without a listener it would end the process.
  client.on('error', () => {});
  return client;
}
