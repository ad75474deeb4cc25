/** Text of a stranger that a terminal shows as it is: one line, without what could turn it around (CWE-150). */
export const harmless = (text: string): string =>
  text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
