import { createHash } from 'node:crypto';

/** Words that an adult reads in a minute, silently, in English (Brysbaert 2019, a meta-analysis of 190 studies: 238). */
const WORDS_PER_MINUTE = 238;
/** Characters of a slug: some file systems take 255 bytes, search engines show about 60. */
const MAX_SLUG = 60;
/** Characters that search engines show of a description, about. */
const MAX_SUMMARY = 160;

/** Letters of Latin scripts that no mark can be taken from. */
const IN_ASCII: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', ł: 'l', đ: 'd' };

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const readingMinutes = (words: number): number => Math.max(1, Math.ceil(words / WORDS_PER_MINUTE));

/** The title in ASCII; one of other scripts gets a name that stays the same for it. */
export function slugOf(title: string): string {
  const ascii = title
    .replaceAll(/[ßæøœłđÆØŒŁĐ]/g, (letter) => IN_ASCII[letter.toLowerCase()] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (ascii === '') return `post-${createHash('sha256').update(title).digest('hex').slice(0, 8)}`;
  const cut = ascii.length <= MAX_SLUG ? ascii : ascii.slice(0, MAX_SLUG + 1).replace(/-[^-]*$/, '');
  return cut.slice(0, MAX_SLUG).replace(/-$/, '');
}

/** The beginning of a text, cut between words. */
export function summaryOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= MAX_SUMMARY) return line;
  const cut = line.slice(0, MAX_SUMMARY - 1);
  return `${(cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut).replace(/[\s,;:.]+$/, '').toWellFormed()}…`;
}
