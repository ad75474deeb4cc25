import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readingMinutes, SLUG, slugOf, summaryOf } from './post-text.ts';

test.each([
  ['Tides & Moons: a short story', 'tides-moons-a-short-story'],
  ['Größe, Übermaß und Ærø', 'grosse-ubermass-und-aero'],
  ['  --Hello--  ', 'hello'],
  ['日本語', 'post-77710aed'],
])('the slug of %j is %j', (title, slug) => expect(slugOf(title)).toBe(slug));

test('a slug is one whatever the title is, and a summary is short', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
      expect(slugOf(text)).toMatch(SLUG);
      expect(slugOf(text).length).toBeLessThanOrEqual(60);
      expect(summaryOf(text).length).toBeLessThanOrEqual(160);
      expect(summaryOf(text).isWellFormed()).toBe(text.isWellFormed());
    }),
  );
});

test('a summary ends between words', () => {
  expect(summaryOf('Short  text.')).toBe('Short text.');
  expect(summaryOf('word, '.repeat(60))).toMatch(/^(word, )+word…$/);
});

test('reading takes a minute at least', () => expect([0, 238, 239].map(readingMinutes)).toEqual([1, 1, 2]));
