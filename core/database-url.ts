import { Failure } from './failure.ts';

/** What libpq also takes from the query, where it wins over the same thing in its usual place. */
const PARTS = { host: 'hostname', port: 'port', user: 'username', password: 'password' } as const;

/** libpq allows an empty host; the URL standard does not, where there is a user. */
const EMPTY_HOST = /^(postgres(?:ql)?:\/\/(?:[^/?@]*@)?)(?=\/)/;

/**
 * A PostgreSQL connection URL (libpq, "Connection URIs") in one form: user and password stand where a URL has them, and a
 * Unix socket is a percent-encoded host. So both can be replaced, and no `?user=…` is left in force beside the new one.
 * @throws Failure `database_url_invalid`, which does not quote the URL: it may hold a password.
 */
export function parseDatabaseUrl(text: string): URL {
  const url = URL.parse(text.replace(EMPTY_HOST, '$1localhost'));
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw new Failure(
      'database_url_invalid',
      'DATABASE_URL is not understood. It has the form postgresql://user:password@host:5432/database',
    );
  }
  for (const [parameter, part] of Object.entries(PARTS)) {
    const value = url.searchParams.get(parameter);
    if (value) url[part] = encodeURIComponent(value);
    url.searchParams.delete(parameter);
  }
  return url;
}
