import fc from 'fast-check';
import { expect, test } from 'vitest';
import { harmless, harmlessJson, harmlessStyled, oneLine } from './harmless.ts';

const anyText = fc.string({ unit: 'binary' });
/** Escape, BEL, CSI as one character, DEL, right-to-left override, and half of a character. */
const HOSTILE = 'a\u001B[31mb\u0007c\u009B1md\u007Fe\u202Ef\uD800';

test('nothing is left that a terminal obeys; lines and tabs stay', () => {
  expect(harmless(HOSTILE)).toBe('a\uFFFD[31mb\uFFFDc\uFFFD1md\uFFFDe\uFFFDf\uFFFD');
  expect(harmless('one\r\n\ttwo\rthree 👩‍🚀 é')).toBe('one\n\ttwo\uFFFDthree 👩‍🚀 é');
  fc.assert(fc.property(anyText, (text) => !/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/u.test(harmless(text))));
});

test('one line is one line of at most so many characters', () => {
  expect(oneLine(' a\n\n b\tc ', 10)).toBe('a b c');
  expect(oneLine('abcdef', 4)).toBe('abc…');
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, max) => {
      const line = oneLine(text, max);
      return line.length <= max && !/[\n\t\u2028]/.test(line);
    }),
  );
});

test('JSON says the same to programs and shows nothing to obey', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      const json = harmlessJson({ value, text });
      expect(json).toBe(harmless(json));
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
    }),
  );
});

test('our own styles stay where they end on their line; nothing else that a terminal obeys', () => {
  const ours = '\u001B[1mNotes\u001B[22m is \u001B[31mFalse\u001B[39m';
  expect(harmlessStyled(`${ours}\n`)).toBe(`${ours}\n`);
  expect(harmlessStyled('\u001B[31mred\nred')).toBe('\uFFFD[31mred\nred');
  expect(harmlessStyled('\u001B[31ma\u0007\u001B[39m\u001B[8m\u001B[2J')).toBe(
    '\u001B[31ma\uFFFD\u001B[39m\uFFFD[8m\uFFFD[2J',
  );
});
