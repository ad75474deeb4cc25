import { rotated, type KeyAlgorithm, type KeyRing } from '../../../core/keys.ts';

/** A ring of one new key. */
export async function newRing(alg: KeyAlgorithm): Promise<KeyRing> {
  const [key] = await rotated([{ kty: 'oct', k: '', kid: 'none', iat: 0, alg }], 0);
  return [key];
}
