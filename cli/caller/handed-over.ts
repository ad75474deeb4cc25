import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';

/**
 * Names the file descriptor from which a command that acts for a caller (servers/systemprompt) reads who that is and what they ask for, as JSON. Every user
 * of a machine sees the words of a process (proc(5), `cmdline`), and arguments of tools may be secret; a pipe is seen by nobody.
 */
const FROM = 'MOORING_CALLER_FD';

export interface HandedOver {
  /** `Mooring-Identity` of the caller. */
  readonly identity: string;
  /** The words of the command. */
  readonly args: readonly string[];
}

let read: HandedOver | undefined;

/** What was handed over; undefined where the command acts for who started it. Never falls back to that: throws `invalid_identity`. */
export function handedOver(env: NodeJS.ProcessEnv = process.env): HandedOver | undefined {
  const descriptor = env[FROM];
  if (descriptor === undefined) return undefined;
  return (read ??= readFrom(descriptor));
}

function readFrom(descriptor: string): HandedOver {
  try {
    const { identity, args } = JSON.parse(readFileSync(Number(descriptor), 'utf8')) as Partial<HandedOver>;
    if (isIdentity(identity) && isWords(args)) return { identity, args };
  } catch {
    // The error would quote what was read.
  }
  throw new Failure('invalid_identity', `${FROM} gives no identity and words: this command acts for nobody.`);
}

/** A compact JWS (RFC 7515, 7.1). */
const isIdentity = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]+(?:\.[\w-]+){2}$/.test(value);

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string');
