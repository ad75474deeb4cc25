/**
 * Text as PostgreSQL can store it. Its `text` has no NUL (PostgreSQL, section 8.3), which is replaced as HTML replaces it; so is
 * a lone surrogate, which UTF-8 does not have. Both stand in no name that was ever given out.
 */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');
