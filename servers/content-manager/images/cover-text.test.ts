import { expect, test } from 'vitest';
import { coverText } from './cover-text.ts';
import { fontCoverage } from './font.ts';

test.each([
  ['Tides 🌊 and moons 🌕🧑‍🚀', 'Tides and moons', []],
  ['A  title\nof two lines?', 'A title of two lines?', []],
  ['Żółć, Größe, ñandú', 'Żółć, Größe, ñandú', []],
  ['می‌خواهم', 'می‌خواهم', []],
  ['Tides 潮 and 潮汐 🌊', 'Tides and', ['潮', '汐']],
  ['海はなぜ', '', ['海', 'は', 'な', 'ぜ']],
  ['सागर', '', ['सा', 'ग', 'र']],
  ['🌊🌊', '', ['🌊']],
  ['🌊 !', '!', ['🌊']],
  ['?!', '?!', []],
])('of %j the font can write %j, and has no letters %j', async (title, text, missing) => {
  expect(coverText(title, await fontCoverage())).toEqual({ text, missing });
});
