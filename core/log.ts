import pino, { type Logger, type LoggerOptions } from 'pino';
import { logDestination } from './log-destination.ts';

export type Log = Logger;

/** Names of fields that may hold a secret; pino replaces their values wherever a caller forgot. */
const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'token', 'secret', 'access_token', 'refresh_token'];

/** Deep enough for "cannot do X, because of Y, because of Z". */
const MAX_CAUSES = 3;

/** The log of a process, on stderr: JSON lines, or for people where stderr is a terminal. Level from MOORING_LOG_LEVEL. */
export function createLog(component: string): Log {
  const options = {
    ...LOG_OPTIONS,
    base: { component },
    level: process.env['MOORING_LOG_LEVEL'] ?? 'info',
  };
  return pino(options, stderr);
}

/** Only people need it: 2 MB that no server has to carry. */
const pretty = process.stderr.isTTY
  ? (await import('pino-pretty')).prettyFactory({
      ignore: 'pid,hostname,component,server,condition,status,reason',
      messageFormat: '{if server}{server}: {end}{msg}',
      singleLine: true,
    })
  : (line: string) => line;

const { write, flush } = logDestination(2, (dropped) =>
  pretty(
    `${JSON.stringify({ level: 40, time: Date.now(), dropped, msg: 'Lines of the log were dropped: nobody read them' })}\n`,
  ),
);
const stderr = { write: (line: string): void => write(pretty(line)) };
process.on('exit', flush);

/** What keeps secrets out, apart from where the lines go. */
export const LOG_OPTIONS = {
  redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
  serializers: { err: (error: unknown) => describeError(error) },
} satisfies LoggerOptions;

/** Of an error only what is made for reading: libraries hang whole clients, with their connection strings, on theirs. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message,
    ...('code' in error && { code: error.code }),
    stack,
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
}
