import type { webcrypto } from 'node:crypto';
import { flattenedDecrypt, FlattenedEncrypt, type FlattenedJWE } from 'jose';
import type { KeyEncryptionKey, KeyRing } from './key-ring.ts';

/** A secret's value as it is stored: flattened JWE (RFC 7516 section 7.2.2) without `aad`, which is said anew by whoever opens it. */
export interface SealedValue {
  readonly protected: string;
  /** Not part of what is authenticated, so that a key can be wrapped anew without the value. */
  readonly header: { readonly kid: string };
  readonly encrypted_key: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/** What a value belongs to. Put into the row of another owner, name or version, it does not open. */
export interface Belonging {
  readonly owner: string;
  readonly name: string;
  readonly version: number;
}

const KEY_WRAPPING = 'A256KW';
const ENCRYPTION = 'A256GCM';

/** Encrypts with a new data key, which the newest key encryption key wraps. */
export async function sealValue(value: string, belonging: Belonging, [{ kid, key }]: KeyRing): Promise<SealedValue> {
  const { aad: _, ...sealed } = await new FlattenedEncrypt(Buffer.from(value))
    .setProtectedHeader({ alg: KEY_WRAPPING, enc: ENCRYPTION })
    .setUnprotectedHeader({ kid })
    .setAdditionalAuthenticatedData(boundTo(belonging))
    .encrypt(key);
  return sealed as SealedValue;
}

/** Throws an error without the value where a key is missing, or something was altered or moved. */
export async function openValue(sealed: SealedValue, belonging: Belonging, ring: KeyRing): Promise<string> {
  const jwe: FlattenedJWE = { ...sealed, aad: Buffer.from(boundTo(belonging)).toString('base64url') };
  const { plaintext } = await flattenedDecrypt(jwe, keyOf(sealed, ring).key, {
    keyManagementAlgorithms: [KEY_WRAPPING],
    contentEncryptionAlgorithms: [ENCRYPTION],
  });
  return Buffer.from(plaintext).toString();
}

/** The same value with its data key wrapped by the newest key encryption key (RFC 3394). The value itself is not opened. */
export async function rewrap(sealed: SealedValue, ring: KeyRing): Promise<SealedValue> {
  const [old, newest] = await Promise.all([keyOf(sealed, ring), ring[0]].map(wrappingKey));
  if (!old || !newest) throw new Error('two keys are needed');
  const wrapped = Buffer.from(sealed.encrypted_key, 'base64url');
  const dataKey = await crypto.subtle.unwrapKey('raw', wrapped, old, 'AES-KW', 'AES-GCM', true, ['encrypt']);
  const anew = await crypto.subtle.wrapKey('raw', dataKey, newest, 'AES-KW');
  return { ...sealed, header: { kid: ring[0].kid }, encrypted_key: Buffer.from(anew).toString('base64url') };
}

function keyOf({ header: { kid } }: SealedValue, ring: KeyRing): KeyEncryptionKey {
  const found = ring.find((key) => key.kid === kid);
  if (found) return found;
  throw new Error(`the key encryption key ${kid} is not in the file of MOORING_KEK_FILE`);
}

const wrappingKey = async ({ key }: KeyEncryptionKey): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', key, 'AES-KW', false, ['wrapKey', 'unwrapKey']);

/** JSON keeps the parts apart whatever they contain. */
const boundTo = ({ owner, name, version }: Belonging): Uint8Array =>
  Buffer.from(JSON.stringify(['mooring secret', owner, name, version]));
