/** Control characters but tab and line feed: PostgreSQL refuses U+0000, terminals obey others. Bidirectional overrides (Unicode TR36) change what is seen. */
const UNWANTED = /(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** Text of strangers that can be stored and shown. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll(UNWANTED, '');

/** The same on one line, cut to so many characters. */
export function cleanLine(text: string, max: number): string {
  const line = cleanText(text.replaceAll(/\s+/g, ' ')).trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).toWellFormed()}…`;
}
