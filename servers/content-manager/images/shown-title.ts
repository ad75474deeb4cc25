import type { Covers } from './font.ts';

/** Share of letters that must be left for a title to be one: half of a title says something else. */
const ENOUGH = 0.8;
/** Variation selectors and joiners have no picture of their own. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The title as far as the font can write it: without emoji, for example; empty where too little is left. */
export function shownTitle(title: string, covers: Covers): string {
  const characters = [...graphemes.segment(title.normalize('NFC').replaceAll(/\s+/g, ' '))].map(
    ({ segment }) => segment,
  );
  const writable = (character: string): boolean =>
    Array.from(character.replaceAll(INVISIBLE, '')).every((each) => covers(each.codePointAt(0) ?? 0)) &&
    !isEmoji(character);
  const shown = characters.filter(writable);
  const letters = (all: readonly string[]): number => all.filter((character) => /[\p{L}\p{N}]/u.test(character)).length;
  if (letters(shown) === 0 || letters(shown) < ENOUGH * letters(characters)) return '';
  return shown.join('').replaceAll(/\s+/g, ' ').trim();
}

/** The font has some of them, in black and white, which look like a mistake. */
const isEmoji = (character: string): boolean =>
  /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(character) && !/[\p{L}\p{N}©®™]/u.test(character);
