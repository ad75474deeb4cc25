import { wordsOf } from './words.ts';

/** Words in a row that make one shingle; five in a row are rarely the same in two independent texts (Broder 1997 uses 4 to 10). */
const SHINGLE = 5;
/** Words that are compared: the same text begins the same. */
const MAX_WORDS = 3000;
/** Share of common shingles from which two texts are one: a syndicated article with another lead or footer has more. */
const SAME = 0.7;

export type Fingerprint = ReadonlySet<string>;

export function fingerprint(text: string): Fingerprint {
  const words = wordsOf(text).slice(0, MAX_WORDS);
  if (words.length < SHINGLE) return new Set([words.join(' ')]);
  return new Set(words.slice(SHINGLE - 1).map((_, index) => words.slice(index, index + SHINGLE).join(' ')));
}

/** Whether one text is the other, or a part of it: containment, so that an excerpt of an article counts as the article. */
export function isSameText(one: Fingerprint, other: Fingerprint): boolean {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  const common = [...small].filter((shingle) => large.has(shingle)).length;
  return common / small.size >= SAME;
}
