import { TEXT_COLOR, type Color } from './palette.ts';

/** A PNG palette has at most 256 colours (PNG section 11.2.2). */
const MAX_COLORS = 256;

/** Colours that are alike: 5 bits of each channel. */
export const paletteKey = ([red, green, blue]: Color): number => ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);

/** Pixels of colours that are alike. */
interface Bin {
  readonly color: Color;
  readonly count: number;
}

interface Group {
  readonly bins: readonly Bin[];
  /** Pixels by how far their colours are apart: a large even sky needs few. */
  readonly weight: number;
}

/** The colours that a picture can do with, by median cut (Heckbert 1982); that of letters is always one, so that they stay sharp. */
export function paletteOf(rgba: Uint8Array): Color[] {
  const groups = [groupOf(binsOf(rgba))];
  while (groups.length < MAX_COLORS - 1) {
    const heaviest = groups.reduce((one, other) => (other.weight > one.weight ? other : one));
    if (heaviest.weight === 0) break;
    groups.splice(groups.indexOf(heaviest), 1, ...halves(heaviest.bins).map(groupOf));
  }
  return [TEXT_COLOR, ...groups.map(({ bins }) => mean(bins))];
}

const groupOf = (bins: readonly Bin[]): Group => ({ bins, weight: pixelsOf(bins) * Math.max(...spread(bins)) });

const pixelsOf = (bins: readonly Bin[]): number => bins.reduce((sum, { count }) => sum + count, 0);

function binsOf(rgba: Uint8Array): Bin[] {
  const counts = new Map<number, { count: number; sum: [number, number, number] }>();
  for (let at = 0; at < rgba.length; at += 4) {
    const color = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0] as const;
    const key = paletteKey(color);
    const bin = counts.get(key) ?? { count: 0, sum: [0, 0, 0] };
    counts.set(key, bin);
    bin.count += 1;
    for (const channel of [0, 1, 2] as const) bin.sum[channel] += color[channel];
  }
  return [...counts.values()].map(({ count, sum: [red, green, blue] }) => ({
    count,
    color: [red / count, green / count, blue / count],
  }));
}

/** Cut across the channel that varies most, with as many pixels on each side. */
function halves(bins: readonly Bin[]): [Bin[], Bin[]] {
  const ranges = spread(bins);
  const channel = ranges.indexOf(Math.max(...ranges)) as 0 | 1 | 2;
  const sorted = bins.toSorted((one, other) => one.color[channel] - other.color[channel]);
  const half = pixelsOf(bins) / 2;
  let [at, before] = [0, 0];
  while (at < sorted.length - 1 && before < half) before += sorted[at++]?.count ?? 0;
  return [sorted.slice(0, at), sorted.slice(at)];
}

function spread(bins: readonly Bin[]): number[] {
  return [0, 1, 2].map((channel) => {
    const values = bins.map(({ color }) => color[channel as 0 | 1 | 2]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
}

function mean(bins: readonly Bin[]): Color {
  const all = pixelsOf(bins);
  return [0, 1, 2].map((channel) =>
    Math.round(bins.reduce((sum, { color, count }) => sum + color[channel as 0 | 1 | 2] * count, 0) / all),
  ) as unknown as Color;
}
