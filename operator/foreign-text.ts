/**
 * What a server says of itself, fit for a status: at most so many UTF-16 units, no half of a character (which the API server refuses as JSON), no
 * control characters but line feeds and tabs (which terminals obey).
 */
export const foreignText = (text: string, maxLength: number): string =>
  text
    .slice(0, maxLength)
    .replaceAll(/[\uD800-\uDBFF]$/g, '')
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
