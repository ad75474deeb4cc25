import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Client, type DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { abortableSocket } from './abortable-socket.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { Failure } from './failure.ts';

/** Name of a role and of its schema: needs no quotes, and fits PostgreSQL's 63 bytes. */
const ROLE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** From PostgreSQL 16 on, a role with CREATEROLE manages the roles that it made without being a superuser. */
const OLDEST_VERSION = 160_000;

/** A number of our own for pg_advisory_xact_lock: `moor` in ASCII. */
const LOCK = 0x6d_6f_6f_72;

const CONNECT_TIMEOUT_MS = 10_000;

/** 192 bits, as text that needs no escaping in a URL. */
export const newPassword = (): string => randomBytes(24).toString('base64url');

/**
 * Gives a component its own role and schema in the database that `adminUrl` names. What is missing is made, the database
 * too; what is there stays, and only the password is set again. The role may log in and owns the schema of its name; it can
 * read nothing of the others. `adminUrl` is of a superuser, or of a role with CREATEROLE that owns the database (or may make it: CREATEDB).
 * @param password printable ASCII.
 * @param signal ends it at once, with `database_unreachable`.
 * @returns the connection URL of the role. It holds the password.
 * @throws Failure `database_url_invalid`, `database_too_old`, `database_rights_missing`, `database_unreachable`.
 */
export async function provisionRole(
  adminUrl: string,
  role: string,
  password: string,
  signal?: AbortSignal,
): Promise<string> {
  if (!ROLE_NAME.test(role)) throw new TypeError(`Not a name for a role: ${role}`);
  const url = parseDatabaseUrl(adminUrl);
  const admin = await connectOrCreate(url, signal).catch(asFailure);
  try {
    await admin.query('begin');
    // Two replicas may start at once.
    await admin.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await provision(admin, role, password);
    await admin.query('commit');
  } catch (error) {
    return asFailure(error);
  } finally {
    await admin.end();
  }
  return roleUrl(adminUrl, role, password);
}

/** The connection URL of a role that `provisionRole` makes: known before it is made. */
export function roleUrl(adminUrl: string, role: string, password: string): string {
  return Object.assign(parseDatabaseUrl(adminUrl), { username: role, password: encodeURIComponent(password) }).href;
}

async function provision(admin: Client, role: string, password: string): Promise<void> {
  const facts = await admin.query<Facts>(FACTS, [role]);
  const [known] = facts.rows;
  if (!known) throw new Error('PostgreSQL answered a select of one row with none');
  if (known.version < OLDEST_VERSION) {
    throw new Failure('database_too_old', 'This PostgreSQL is too old. Mooring needs version 16 or newer.');
  }
  const [name, database] = [escapeIdentifier(role), escapeIdentifier(known.database)];
  const verifier = escapeLiteral(await scramVerifier(password));
  const run = (statement: string) => admin.query(statement);

  await run(`${known.role_exists ? 'alter' : 'create'} role ${name} login password ${verifier}`);
  await run(`alter role ${name} set search_path = ${name}`);

  await run(`revoke all on database ${database} from public`);
  if (known.has_public_schema) await run('revoke all on schema public from public');
  await run(`grant connect on database ${database} to ${name}`);

  // Only who could become the role may make a schema for it; a superuser always could.
  const { rows } = await admin.query<{ may: boolean }>(`select pg_has_role($1, 'set') as may`, [role]);
  const borrow = rows[0]?.may === false;
  if (borrow) await run(`grant ${name} to current_user with set true, inherit false`);
  await run(`create schema if not exists ${name} authorization ${name}`);
  if (borrow) await run(`revoke ${name} from current_user granted by current_user`);

  await assertClosed(admin, known.has_public_schema);
}

interface Facts {
  readonly version: number;
  readonly database: string;
  readonly role_exists: boolean;
  readonly has_public_schema: boolean;
}

const FACTS = `select current_setting('server_version_num')::int as version, current_database() as database,
  exists (select from pg_roles where rolname = $1) as role_exists, to_regnamespace('public') is not null as has_public_schema`;

/** Who owns neither database nor schema gets no error from `revoke`, only a warning: so look. */
async function assertClosed(admin: Client, hasPublicSchema: boolean): Promise<void> {
  const { rows } = await admin.query<{ open: boolean }>(
    `select has_database_privilege('public', current_database(), 'connect')
      ${hasPublicSchema ? `or has_schema_privilege('public', 'public', 'usage')` : ''} as open`,
  );
  if (rows[0]?.open !== false) {
    throw rightsMissing('every role may still use the database or its schema "public"');
  }
}

/** The database is made where it is missing, from the maintenance database `postgres`. */
async function connectOrCreate(url: URL, signal: AbortSignal | undefined): Promise<Client> {
  try {
    return await connect(url, signal);
  } catch (error) {
    if ((error as DatabaseError).code !== INVALID_CATALOG_NAME) throw error;
  }
  const maintenance = new URL(url);
  const database = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  const admin = await connect(maintenance, signal);
  try {
    await admin.query(`create database ${escapeIdentifier(database)}`);
  } catch (error) {
    // Somebody else made it meanwhile; the unique index speaks where both were at it.
    if (![DUPLICATE_DATABASE, UNIQUE_VIOLATION].includes((error as DatabaseError).code ?? '')) throw error;
  } finally {
    await admin.end();
  }
  return connect(url, signal);
}

async function connect(url: URL, signal: AbortSignal | undefined): Promise<Client> {
  const client = new Client({
    connectionString: url.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'mooring-provision',
    stream: abortableSocket(signal),
  });
  // The running query reports a lost connection; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** PostgreSQL, appendix A. */
const INVALID_CATALOG_NAME = '3D000';
const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';
const INSUFFICIENT_PRIVILEGE = '42501';

function asFailure(cause: unknown): never {
  if (cause instanceof Failure) throw cause;
  const { code, message } = cause as DatabaseError;
  if (code === INSUFFICIENT_PRIVILEGE) throw rightsMissing(message, cause);
  throw new Failure(
    'database_unreachable',
    'The database could not be prepared. Check that PostgreSQL runs, and host, name and password in DATABASE_URL; the log has its answer.',
    { status: 503, cause, detail: { code, message } },
  );
}

const rightsMissing = (why: string, cause?: unknown): Failure =>
  new Failure(
    'database_rights_missing',
    `The role in DATABASE_URL may not prepare the database: ${why}. Let it own the database and have CREATEROLE.`,
    { cause },
  );

/**
 * What PostgreSQL stores instead of the password (RFC 5803 and RFC 7677). Sent in place of it, so that the password stands
 * in no statement, which a server may log.
 */
export async function scramVerifier(password: string): Promise<string> {
  // PostgreSQL's own numbers: scram_iterations, and 16 bytes of salt.
  const [iterations, salt] = [4096, randomBytes(16)];
  const salted = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256');
  const mac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(mac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${mac('Server Key').toString('base64')}`;
}
