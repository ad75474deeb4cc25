import { newKey, type KeyAlgorithm, type KeyRing } from '../../../core/keys.ts';

/** A ring of one new key. */
export const newRing = async (alg: KeyAlgorithm): Promise<KeyRing> => [await newKey(alg)];
