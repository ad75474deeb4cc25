import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure } from '../../../core/failure.ts';

/** A key encryption key: 256 bits for A256KW (RFC 7518 section 4.4). */
export interface KeyEncryptionKey {
  /** Names it without telling anything of it. */
  readonly kid: string;
  readonly key: Uint8Array<ArrayBuffer>;
}

/** The newest first: it wraps, all unwrap. */
export type KeyRing = readonly [KeyEncryptionKey, ...KeyEncryptionKey[]];

/** Bytes of AES-256. */
const KEY_BYTES = 32;
/** More keys than this in a file are no rotation. */
const MAX_KEYS = 16;

/**
 * The keys of a file: base64url, one a line, the newest first. It is read for each use, so that a rotation needs no restart;
 * it is small and in the page cache. Throws `kek_missing` and `bad_kek`, neither of which shows what is in the file.
 */
export async function readKeyRing(path: string | undefined): Promise<KeyRing> {
  if (path === undefined || path === '') {
    throw new Failure('kek_missing', 'Secrets cannot be kept: MOORING_KEK_FILE names no key encryption key.');
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Failure('kek_missing', `The file of MOORING_KEK_FILE cannot be read (${error.code}).`);
  });
  return parseKeyRing(text);
}

export function parseKeyRing(text: string): KeyRing {
  const lines = text.split(/\s+/).filter(Boolean);
  const [first, ...others] = lines.map((line) => new Uint8Array(Buffer.from(line, 'base64url')));
  if (!first || lines.length > MAX_KEYS || [first, ...others].some(({ length }) => length !== KEY_BYTES)) {
    throw new Failure(
      'bad_kek',
      `The file of MOORING_KEK_FILE must hold 1 to ${MAX_KEYS} keys of ${KEY_BYTES} bytes in base64url, one a line.`,
    );
  }
  return [named(first), ...others.map(named)];
}

export const keyRingText = (ring: readonly KeyEncryptionKey[]): string =>
  ring.map(({ key }) => `${Buffer.from(key).toString('base64url')}\n`).join('');

/** 96 bits of a digest of 256 random bits lead nowhere, and never meet in one ring. */
const named = (key: Uint8Array<ArrayBuffer>): KeyEncryptionKey => ({
  kid: createHash('sha256').update('mooring kek').update(key).digest('base64url').slice(0, 16),
  key,
});
