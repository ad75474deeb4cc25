import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { paintCover } from './cover.ts';
import { FRAME, layOut, lineHeight } from './lay-out.ts';
import { luminance, PALETTES, TEXT_COLOR, type Color } from './palette.ts';

const COLORS = PALETTES.ocean;

async function pixels(
  title: string,
  { colors = COLORS, seed = 's' }: { colors?: readonly string[]; seed?: string } = {},
) {
  const cover = await paintCover({ title, colors, seed });
  return { ...cover, image: PNG.sync.read(Buffer.from(cover.png)) };
}
const at = ({ data }: PNG, index: number): Color => [data[index] ?? 0, data[index + 1] ?? 0, data[index + 2] ?? 0];

/** Where the title is, by what the same picture without it has there. */
async function titlePixels(title: string, options: Parameters<typeof pixels>[1] = {}) {
  const [{ image, shownTitle }, { image: empty }] = [await pixels(title, options), await pixels('', options)];
  const found: { x: number; y: number; before: Color; now: Color }[] = [];
  for (let index = 0; index < image.data.length; index += 4) {
    const [now, before] = [at(image, index), at(empty, index)];
    if (now.join() === before.join()) continue;
    found.push({ x: (index / 4) % image.width, y: Math.floor(index / 4 / image.width), before, now });
  }
  return { found, shownTitle, image };
}

const TITLES = [
  'Tides',
  'How harbours plan by the tides, and what the moon has to do with it all year round',
  `${'A very long title that goes on and on '.repeat(5)}until it ends`.slice(0, 200),
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  'W'.repeat(200),
  'Ṩ̣̇ḁ̂q̀y ẤẨṄǺỆ',
  'Почему море поднимается',
  'Γιατί ανεβαίνει η θάλασσα',
  'למה הים עולה פעמיים ביום',
  'لماذا يرتفع البحر مرتين في اليوم',
  'A <b>&"title"</b> ]]> &amp;',
];

describe.each(TITLES)('the title %j', (title) => {
  test('is written, inside the frame, with enough contrast', async () => {
    const { found, image } = await titlePixels(title);
    expect([image.width, image.height]).toEqual([1200, 630]);
    expect(found.length).toBeGreaterThan(2000);
    const xs = found.map(({ x }) => x);
    const ys = found.map(({ y }) => y);
    // Edges are smoothed into the next pixel.
    const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
    const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
    expect(least(xs)).toBeGreaterThanOrEqual(FRAME.left - 1);
    expect(most(xs)).toBeLessThanOrEqual(FRAME.left + FRAME.width + 1);
    expect(least(ys)).toBeGreaterThanOrEqual(FRAME.top - 1);
    expect(most(ys)).toBeLessThanOrEqual(FRAME.top + FRAME.height + 1);
    expect(found.filter(({ now }) => now.join() === TEXT_COLOR.join()).length).toBeGreaterThan(found.length / 3);
    const contrast = Math.min(
      ...new Set(found.map(({ before }) => (luminance(TEXT_COLOR) + 0.05) / (luminance(before) + 0.05))),
    );
    expect(contrast).toBeGreaterThanOrEqual(4.5);
  });
});

test.each([
  ['Tides 🌊 and moons 🌕🧑‍🚀', 'Tides and moons'],
  ['海はなぜ一日に二度満ちるのか', ''],
  ['🌊🌊', ''],
  ['Tides 潮', 'Tides'],
])('of %j is written what the font has: %j', async (title, shown) => {
  const { shownTitle, found } = await titlePixels(title);
  expect(shownTitle).toBe(shown);
  expect(found.length > 0).toBe(shown !== '');
});

test('any colours are dark enough, whatever the seed', async () => {
  for (const seed of ['a', 'b', 'c', 'd']) {
    const { found } = await titlePixels('Light', { colors: ['#ffffff', '#ffff00', '#00ffff'], seed });
    for (const { before } of found) expect(1.05 / (luminance(before) + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});

test('a seed gives the same picture, another one another', async () => {
  const [one, again, other] = [await pixels('Tides'), await pixels('Tides'), await pixels('Tides', { seed: 't' })];
  expect(Buffer.compare(one.png, again.png)).toBe(0);
  expect(Buffer.compare(one.png, other.png)).not.toBe(0);
});

test('lines fit into the frame whatever the widths are, and what is cut is marked', () => {
  for (const wide of [0.2, 0.7, 1, 3, 30]) {
    const measure = (text: string): number => text.length * wide;
    const title = 'word '.repeat(40).trim();
    const { size, lines } = layOut(title, measure);
    expect(lines.length * lineHeight(size)).toBeLessThanOrEqual(FRAME.height);
    // A single letter may be wider: then the picture is made smaller.
    for (const line of lines) expect(line.length === 1 || measure(line) * size <= FRAME.width).toBe(true);
    expect(lines.join(' ') === title || lines.at(-1)?.endsWith('…')).toBe(true);
  }
});
