import type { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import { boundsOf, ink, paint } from '../testing/pixels.ts';

let empty: PNG;
beforeAll(async () => {
  empty = await paint('');
});

/** How much ink is in each column of a text, from its left to its right. */
async function columns(text: string): Promise<number[]> {
  const found = ink(await paint(text), empty);
  const { left, right } = boundsOf(found);
  const sums = Array.from({ length: right - left + 1 }, () => 0);
  for (const { x } of found) sums[x - left] = (sums[x - left] ?? 0) + 1;
  return sums;
}
const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);
/** Share of the ink that is in the right half. */
const rightShare = (all: readonly number[]): number => sum(all.slice(Math.floor(all.length / 2))) / sum(all);

test('Hebrew begins on the right', async () => {
  // Shin has far more ink than yod.
  expect(rightShare(await columns('שייי'))).toBeGreaterThan(0.55);
  expect(rightShare(await columns('יייש'))).toBeLessThan(0.45);
});

test('a mark at the end of a Hebrew or Arabic title is on its left, and of a Latin one on its right', async () => {
  // Dots are far lighter than letters.
  for (const title of ['ששש....', 'ممم....']) expect(rightShare(await columns(title)), title).toBeGreaterThan(0.6);
  expect(rightShare(await columns('WWW....'))).toBeLessThan(0.4);
});

test('words of Latin letters stand between the Hebrew ones, in the order in which they are read', async () => {
  // W has more ink than vav; between them it must not change sides.
  expect(rightShare(await columns('ווווו WWW'))).toBeLessThan(0.5);
  expect(rightShare(await columns('WWW ווווו'))).toBeLessThan(0.5);
  expect(rightShare(await columns('ו WWW ווווו'))).toBeGreaterThan(0.5);
});

test('letters of an Arabic word are joined', async () => {
  const gaps = (all: readonly number[]): number => all.filter((amount) => amount === 0).length;
  expect(gaps(await columns('سسس'))).toBe(0);
  // A non-joiner (U+200C) between them keeps them apart.
  expect(gaps(await columns('س\u200Cس\u200Cس'))).toBeGreaterThan(0);
});
