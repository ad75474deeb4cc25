/** C0 and C1 controls but line feed and tab, which terminals obey (CWE-150), and the controls that turn text around for the eye. */
const HARMFUL = /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/gu;

/** Text of a stranger that a terminal only shows: lines stay lines. */
export const harmless = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(HARMFUL, '\uFFFD').toWellFormed();

/** The same on one line of at most `max` UTF-16 units. */
export function oneLine(text: string, max = Infinity): string {
  // What lies far behind the cut need not be looked at.
  const line = harmless(text.slice(0, 4 * max + 4))
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length <= max ? line : `${line.slice(0, Math.max(0, max - 1)).toWellFormed()}…`;
}

/** JSON that a terminal only shows, and that says the same to programs: what terminals obey is written as an escape (RFC 8259 section 7). */
export const harmlessJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replaceAll(
    HARMFUL,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const ESCAPE = '\u001B';

/** What colour.ts writes: a style that ends on the line on which it begins. */
const STYLED = new RegExp(String.raw`(${ESCAPE}\[(?:3[1-6]|[12])m[^${ESCAPE}\n]*${ESCAPE}\[(?:39|22)m)`, 'u');

/** Text with our own styles in it: they stay, and nothing else that a terminal obeys. */
export const harmlessStyled = (text: string): string =>
  text
    .split(STYLED)
    .map((part, index) => (index % 2 === 0 ? harmless(part) : styled(part)))
    .join('');

function styled(part: string): string {
  const start = part.indexOf('m') + 1;
  const end = part.lastIndexOf(ESCAPE);
  return part.slice(0, start) + harmless(part.slice(start, end)) + part.slice(end);
}
