/** One word of a POSIX shell, quoted where it has to be (POSIX.1-2024, section 2.2.2). */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
