import { randomBytes } from 'node:crypto';

/** Environment variable of a server that encrypts what it keeps: the path of its key encryption key. */
export const KEK_VARIABLE = 'MOORING_KEK_FILE';

/** A new key encryption key: 256 bits in base64url, for AES-256 (RFC 7518 section 4.1: A256KW, A256GCMKW). */
export const newKek = (): string => randomBytes(32).toString('base64url');
