import type { Artifact } from '../artifact.ts';
import type { Drawing } from './axis-chart.ts';
import { colourClass } from './chart-colours.ts';
import { drawing } from './element.ts';

/** Pixels. */
const SIZE = 260;
const RADIUS = 120;

export function pie({ labels, series }: Extract<Artifact, { type: 'chart' }>, width: number): Drawing {
  const values = series[0]?.values.map((value) => value ?? 0) ?? [];
  const total = values.reduce((sum, value) => sum + value, 0);
  let turned = 0;
  const slices = values.flatMap((value, index) => {
    if (value === 0) return [];
    const [from, share] = [turned, value / total];
    turned += share;
    const about = drawing('title', {}, `${labels[index]}: ${value.toLocaleString()} (${percent(share)})`);
    const attributes = { class: `slice ${colourClass(index)}` };
    // An arc from a point to itself draws nothing.
    return share === 1
      ? [drawing('circle', { ...attributes, cx: 0, cy: 0, r: RADIUS }, about)]
      : [drawing('path', { ...attributes, d: slice(from, turned) }, about)];
  });
  return { height: SIZE, marks: [drawing('g', { transform: `translate(${width / 2} ${SIZE / 2})` }, ...slices)] };
}

const percent = (share: number): string =>
  share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** From and to as parts of the whole turn, from the top. */
const slice = (from: number, to: number): string =>
  `M0 0L${point(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to)}Z`;

const point = (turn: number): string =>
  `${RADIUS * Math.sin(2 * Math.PI * turn)} ${-RADIUS * Math.cos(2 * Math.PI * turn)}`;
