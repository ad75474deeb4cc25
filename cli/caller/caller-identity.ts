import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';

/** Names the file descriptor from which a command that acts for a caller reads their `Mooring-Identity`: no process list and no environment shows it. */
const FROM = 'MOORING_IDENTITY_FD';

let read: string | undefined;

/** The `Mooring-Identity` of who this command acts for; undefined where it acts for who started it. Never falls back to that: throws `invalid_identity`. */
export function callerIdentity(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const descriptor = env[FROM];
  if (descriptor === undefined) return undefined;
  return (read ??= identityFrom(descriptor));
}

/** An identity is a compact JWS (RFC 7515, 7.1). */
function identityFrom(descriptor: string): string {
  const text = /^\d{1,3}$/.test(descriptor) ? readFileSync(Number(descriptor), 'utf8') : '';
  if (/^[\w-]+(?:\.[\w-]+){2}$/.test(text)) return text;
  throw new Failure('invalid_identity', `${FROM} gives no identity: this command acts for nobody.`);
}
