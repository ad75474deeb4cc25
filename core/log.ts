import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** Names of fields that may hold a secret; pino replaces their values wherever a caller forgot. */
const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'token', 'secret', 'access_token', 'refresh_token'];

/** The log of a process, on stderr: JSON lines, or for people where stderr is a terminal. Level from MOORING_LOG_LEVEL. */
export function createLog(component: string): Log {
  const options = {
    base: { component },
    level: process.env['MOORING_LOG_LEVEL'] ?? 'info',
    redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
  };
  return process.stderr.isTTY
    ? pino(options, pretty({ destination: 2, sync: true, ignore: 'pid,hostname,component' }))
    : pino(options, pino.destination({ fd: 2, sync: true }));
}
