import { describe, expect, test } from 'vitest';
import { boundsOf, contrastOn, generated, ink, paint } from '../testing/pixels.ts';
import { paintCover } from './cover.ts';
import { FRAME, layOut, lineHeight } from './lay-out.ts';
import { TEXT_COLOR } from './palette.ts';

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
    const image = await paint(title);
    const found = ink(image, await paint(''));
    expect([image.width, image.height]).toEqual([1200, 630]);
    expect(found.length).toBeGreaterThan(2000);
    // Edges are smoothed into the next pixel.
    const { left, right, top, bottom } = boundsOf(found);
    expect(left).toBeGreaterThanOrEqual(FRAME.left - 1);
    expect(right).toBeLessThanOrEqual(FRAME.left + FRAME.width + 1);
    expect(top).toBeGreaterThanOrEqual(FRAME.top - 1);
    expect(bottom).toBeLessThanOrEqual(FRAME.top + FRAME.height + 1);
    expect(found.filter(({ now }) => now.join() === TEXT_COLOR.join()).length).toBeGreaterThan(found.length / 3);
    for (const { before } of found) expect(contrastOn(before)).toBeGreaterThanOrEqual(4.5);
  });
});

test('any colours are dark enough, whatever the seed', async () => {
  for (const seed of ['a', 'b', 'c', 'd']) {
    const behind = generated(['#ffffff', '#ffff00', '#00ffff'], seed);
    const found = ink(await paint('Light', behind), await paint('', behind));
    for (const { before } of found) expect(contrastOn(before)).toBeGreaterThanOrEqual(4.5);
  }
});

test('a seed gives the same picture, another one another', async () => {
  const bytes = async (seed: string) => paintCover({ text: 'Tides', behind: generated(undefined, seed), panel: false });
  const [one, again, other] = [await bytes('s'), await bytes('s'), await bytes('t')];
  expect(Buffer.compare(one, again)).toBe(0);
  expect(Buffer.compare(one, other)).not.toBe(0);
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
