import type { Covers } from './font.ts';

/** What of a title can be written on a cover. */
export interface CoverText {
  /** Without emoji, and signs that the font has not. */
  readonly text: string;
  /** What it says something with, and the font has not: each once. */
  readonly missing: readonly string[];
}

/** Variation selectors and joiners have no picture of their own. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Characters that an error names; more tell nothing new. */
const MAX_NAMED = 10;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Letters and digits that the font has not are missing, so that no title says something else; other signs are left out. */
export function coverText(title: string, covers: Covers): CoverText {
  const line = title.normalize('NFC').replaceAll(/\s+/g, ' ');
  const characters = [...graphemes.segment(line)].map(({ segment }) => segment);
  const isWritable = (character: string): boolean =>
    Array.from(character.replaceAll(INVISIBLE, '')).every((each) => covers(each.codePointAt(0) ?? 0)) &&
    !isEmoji(character);
  const shown = characters.filter(isWritable);
  const lost = characters.filter((character) => !isWritable(character));
  const missing = shown.some(saysSomething) ? lost.filter(saysSomething) : lost;
  return {
    text: shown.join('').replaceAll(/\s+/g, ' ').trim(),
    missing: [...new Set(missing)].slice(0, MAX_NAMED),
  };
}

const saysSomething = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

/** The font has some of them, in black and white, which look like a mistake. */
const isEmoji = (character: string): boolean =>
  /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(character) && !/[\p{L}\p{N}©®™]/u.test(character);
