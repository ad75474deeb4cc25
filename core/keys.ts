import { calculateJwkThumbprint, exportJWK, generateKeyPair, generateSecret, type JWK } from 'jose';
import { z } from 'zod';
import { Failure } from './failure.ts';
import { readFileIfThere, writePrivateFile } from './private-file.ts';

/** `ES256` signs tokens, `HS256` makes MACs. */
export type KeyAlgorithm = 'ES256' | 'HS256';

/** A private JWK (RFC 7517) that knows its id, its algorithm and when it was made (`iat`, seconds). */
export type PrivateKey = JWK & { readonly kid: string; readonly alg: KeyAlgorithm; readonly iat: number };

/** The keys of one purpose, newest first: the first signs, all verify. */
export type KeyRing = readonly [PrivateKey, ...PrivateKey[]];

export type KeyFile<Purpose extends string> = Readonly<Record<Purpose, KeyRing>>;

/** Reads the key file of one holder; makes what is missing and keeps what is there. The file is 0600. */
export async function loadKeyFile<Purpose extends string>(
  path: string,
  purposes: Readonly<Record<Purpose, KeyAlgorithm>>,
): Promise<KeyFile<Purpose>> {
  const text = await readFileIfThere(path);
  const stored: Partial<Record<string, KeyRing>> = text === undefined ? {} : { ...parseKeyFile(text, path) };
  const missing = (Object.keys(purposes) as Purpose[]).filter((purpose) => !stored[purpose]?.length);
  if (missing.length === 0) return stored as KeyFile<Purpose>;
  for (const purpose of missing) stored[purpose] = [await newKey(purposes[purpose])];
  await writePrivateFile(path, JSON.stringify(stored, undefined, 2));
  return stored as KeyFile<Purpose>;
}

/** The content of a new key file. */
export async function newKeyFile(purposes: Readonly<Record<string, KeyAlgorithm>>): Promise<string> {
  const rings = Object.entries(purposes).map(async ([purpose, alg]) => [purpose, [await newKey(alg)]] as const);
  return JSON.stringify(Object.fromEntries(await Promise.all(rings)), undefined, 2);
}

/**
 * Puts a new key in front of each ring of a key file. Keys stay only while something that they signed can still be valid;
 * `lifetimes` says, in seconds, how long that is for each purpose. Whoever holds the file reads it at its next start.
 */
export async function rotateKeyFile<Purpose extends string>(
  path: string,
  purposes: Readonly<Record<Purpose, KeyAlgorithm>>,
  lifetimes: Readonly<Record<Purpose, number>>,
  now = Date.now() / 1000,
): Promise<void> {
  const rings: Record<Purpose, KeyRing> = { ...(await loadKeyFile(path, purposes)) };
  for (const purpose of Object.keys(purposes) as Purpose[]) {
    rings[purpose] = await rotated(rings[purpose], lifetimes[purpose], now);
  }
  await writePrivateFile(path, JSON.stringify(rings, undefined, 2));
}

/** A new key in front; keys stay only while something that they signed can still be valid. */
export async function rotated(ring: KeyRing, signedLifetimeSeconds: number, now = Date.now() / 1000): Promise<KeyRing> {
  // A key signed until its successor was made: that one's `iat` is when it retired.
  const stillNeeded = ring.filter((_, index) => (ring[index - 1]?.iat ?? now) + signedLifetimeSeconds > now);
  return [await newKey(ring[0].alg), ...stillNeeded];
}

/** The JWK without its private members (RFC 7518 sections 6.2.2 and 6.4.1). */
export function publicPart({ d: _d, k: _k, ...rest }: PrivateKey): JWK {
  return rest;
}

/** A fresh key, made now. */
export async function newKey(alg: KeyAlgorithm): Promise<PrivateKey> {
  const jwk = await exportJWK(
    alg === 'ES256'
      ? (await generateKeyPair(alg, { extractable: true })).privateKey
      : await generateSecret(alg, { extractable: true }),
  );
  return { ...jwk, alg, kid: await calculateJwkThumbprint(jwk), iat: Math.floor(Date.now() / 1000) };
}

const Shape = z.looseObject({ kid: z.string(), alg: z.enum(['ES256', 'HS256']), iat: z.number() });
const Key = z.custom<PrivateKey>((value) => Shape.safeParse(value).success);
const KeyRings = z.record(z.string(), z.tuple([Key], Key));

/** What is in a key file, by purpose. `name` says in messages where it is. @throws Failure `invalid_key_file`. */
export function parseKeyFile(text: string, name: string): Readonly<Partial<Record<string, KeyRing>>> {
  try {
    return KeyRings.parse(JSON.parse(text));
  } catch {
    // Without the cause: it would quote the file.
    throw new Failure(
      'invalid_key_file',
      `${name} is not a key file. Restore it from a backup; or delete it, and everybody has to sign in again.`,
    );
  }
}
