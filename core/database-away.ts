/**
 * PostgreSQL, appendix A: shutting down or starting (57P01–57P03), no connection left (53300); 08… is the connection; our
 * password was replaced, and who did that starts this server anew, or our role or database is not there yet (28P01, 3D000).
 */
const SERVER_AWAY = /^(08\w{3}|57P0[123]|53300|28P01|3D000)$/;
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** What node-postgres says without a code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/**
 * Whether a query failed because its tables are not there (PostgreSQL, appendix A: undefined_table, invalid_schema_name). To a
 * component that has made them it says that an empty database took the place of its own: a volume was lost.
 */
export const areTablesGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '42P01' || error.code === '3F000');

/** Whether a query failed because the database cannot be reached now, and not because of the query. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (SERVER_AWAY.test(code) || UNREACHABLE.test(code) || LOST.test(error.message)) return true;
  // The Unix socket of a server that does not run.
  return code === 'ENOENT' && syscall === 'connect';
}
