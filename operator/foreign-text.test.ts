import { expect, test } from 'vitest';
import { foreignText } from './foreign-text.ts';

test.each([
  ['plain', 'plain', 10],
  ['cut at the end', 'cut at', 6],
  ['no half of an emoji 🚢', 'no half of an emoji ', 21],
  ['alone \uD83D here', 'alone \uFFFD here', 100],
  ['alone \uDE80', 'alone \uFFFD', 100],
  ['bell\u0007 esc\u001B[31m del\u007F nul\u0000\nnext\tline', 'bell  esc [31m del  nul \nnext\tline', 100],
])('%j', (text, expected, length) => {
  expect(foreignText(text, length)).toBe(expected);
});
