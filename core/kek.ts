import { randomBytes } from 'node:crypto';

/** A new key encryption key: 256 bits in base64url, for AES-256 (RFC 7518 section 4.1: A256KW, A256GCMKW). */
export const newKek = (): string => randomBytes(32).toString('base64url');
