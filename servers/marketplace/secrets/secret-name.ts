import { z } from 'zod';

/** As names of environment variables are (POSIX, section 8.1), which is where secrets of skills end up. */
export const secretName = () =>
  z
    .string()
    .max(64)
    .regex(/^[A-Z][A-Z0-9_]*$/, 'only A to Z, digits and _, a letter first, as in STRIPE_API_KEY');

/** Characters: a PEM file with a chain of certificates has 10,000. */
export const MAX_VALUE = 32_768;

/** PostgreSQL never sees it in clear, so any text will do that UTF-8 can hold. */
export const secretValue = () =>
  z
    .string()
    .min(1)
    .max(MAX_VALUE)
    .refine((text) => text.isWellFormed(), 'must be text without broken Unicode');

/** Subjects of people, names of scopes. */
export const granteeName = () =>
  z
    .string()
    .min(1)
    .max(256)
    .regex(/^[\u0021-\u{10FFFF}]+$/u, 'must be a name without spaces');
