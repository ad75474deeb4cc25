import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes: AES-256-GCM, with the nonce and the tag of NIST SP 800-38D. */
const KEY = 32;
const NONCE = 12;
const TAG = 16;

/** Closes JSON so that only we can read it, and only for what it was closed for. */
export interface Seal {
  close(value: unknown, context: string): string;
  /** Undefined for what is altered, of another key or for another context. */
  open(sealed: string, context: string): unknown;
}

/** @param secret at least 16 characters that nobody can guess; the same in each replica. */
export function createSeal(secret: string): Seal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'mooring kit: state of a call', KEY));
  return {
    close(value, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const closed = [cipher.update(JSON.stringify(value)), cipher.final()];
      return Buffer.concat([nonce, ...closed, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, context) {
      try {
        const bytes = Buffer.from(sealed, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG })
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(-TAG));
        const opened = [decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()];
        return JSON.parse(Buffer.concat(opened).toString('utf8')) as unknown;
      } catch {
        return undefined;
      }
    },
  };
}

/** Characters of a password that nobody guesses: Mooring's own have 32 (192 bits). */
const ENOUGH = 16;

/**
 * A secret that all replicas of a server have, without one more to keep: the password of their database role. Where there is
 * none, one of this process: then a call that asks its client ends at the replica where it began.
 */
export function sharedSecret({ DATABASE_URL = '' }: NodeJS.ProcessEnv): string {
  const { password, username, pathname } = URL.parse(DATABASE_URL) ?? { password: '', username: '', pathname: '' };
  return password.length >= ENOUGH ? JSON.stringify([username, pathname, password]) : randomBytes(KEY).toString('hex');
}
