import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { createTurnstile } from './turnstile.ts';

interface Cost {
  /** log2 of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/**
 * OWASP Password Storage Cheat Sheet: N=2^14, r=8, p=5 costs an attacker as much as N=2^17, r=8, p=1, but needs 16 MiB for
 * each hash instead of 128 MiB.
 */
const COST: Cost = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** One hash takes a core for about 150 ms: two at a time leave libuv's other two threads to files and name resolution. */
const AT_A_TIME = 2;
/** Waiting callers; the last of them waits about a second. More is an attack, and is told to come back. */
const MAX_WAITING = 16;

/** Salted scrypt hash (RFC 7914) in the PHC string format: `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return encode(COST, salt, await derive(password, salt, COST, HASH_BYTES));
}

/**
 * Whether this is the password of that hash. Takes as long without a hash (an account that does not exist) as with one,
 * so that the time says nothing about which accounts exist.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const { cost, salt, hash } = decode(stored ?? NOBODY);
  const equal = timingSafeEqual(await derive(password, salt, cost, hash.length), hash);
  return equal && stored !== undefined;
}

const encode = ({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;

const NOBODY = encode(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

function decode(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const [, ln, r, p, salt, hash] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored) ?? [];
  if (!salt || !hash) throw new Error('a stored password hash is not in the PHC format');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

const turnstile = createTurnstile(
  AT_A_TIME,
  MAX_WAITING,
  () =>
    new Failure('too_many_sign_ins', 'Too many people are signing in at this moment. Try again in a few seconds.', {
      status: 503,
      headers: { 'retry-after': '5' },
    }),
);

async function derive(password: string, salt: Buffer, { ln, r, p }: Cost, length: number): Promise<Buffer> {
  const N = 2 ** ln;
  // RFC 7914 section 2: 128·N·r bytes for V and 128·r·p for B; twice that leaves room for what OpenSSL adds.
  const options: ScryptOptions = { N, r, p, maxmem: 2 * 128 * r * (N + p) };
  return turnstile.pass(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, length, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
