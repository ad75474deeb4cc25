/** Characters of what somebody else chose that help to recognize it. */
const MAX_EXCERPT = 100;

/** Control characters, lone surrogates, and what makes lines of a log look like others (Unicode categories C, Zl, Zp). */
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** As much of a foreign text as belongs into a message or a log: short, and printable. */
export function excerpt(text: string | readonly string[] | undefined): string | undefined {
  if (text === undefined) return undefined;
  const whole = typeof text === 'string' ? text : text.join(', ');
  const shown = whole.slice(0, MAX_EXCERPT).replace(NOT_PRINTABLE, '\uFFFD');
  return whole.length > MAX_EXCERPT ? `${shown}…` : shown;
}
