import type { Artifact } from '../artifact.ts';
import { colourClass } from './chart-colours.ts';
import { shortNumber, ticks } from './chart-scale.ts';
import { drawing } from './element.ts';

type Chart = Extract<Artifact, { type: 'chart' }>;

export interface Drawing {
  readonly height: number;
  readonly marks: readonly Node[];
}

/** Pixels: room for numbers at the left, for labels below, and for the drawing. */
const LEFT = 52;
const BOTTOM = 28;
const TOP = 10;
const RIGHT = 8;
const HEIGHT = 300;
/** Pixels that a label takes, about twelve characters. */
const LABEL = 84;

interface Frame {
  readonly y: (value: number) => number;
  /** The middle of a label's place. */
  readonly x: (index: number) => number;
  readonly place: number;
  readonly marks: readonly Node[];
}

function frame({ labels, series }: Chart, width: number): Frame {
  const scale = ticks(series.flatMap(({ values }) => values.filter((value) => value !== null)));
  const [low = 0, high = 1] = [scale[0], scale.at(-1)];
  const y = (value: number): number => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const place = (width - LEFT - RIGHT) / labels.length;
  const x = (index: number): number => LEFT + place * (index + 0.5);
  const grid = scale.flatMap((value) => [
    drawing('line', { class: value === 0 ? 'axis' : 'grid', x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
    drawing('text', { class: 'tick', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, shortNumber(value)),
  ]);
  const every = Math.max(1, Math.ceil(LABEL / place));
  const names = labels.flatMap((label, index) =>
    index % every === 0
      ? [drawing('text', { class: 'tick', x: x(index), y: HEIGHT - 8, 'text-anchor': 'middle' }, short(label))]
      : [],
  );
  return { y, x, place, marks: [...grid, ...names] };
}

const short = (label: string): string => (label.length > 12 ? `${label.slice(0, 11)}…` : label);

/** What a mark stands for, to be read on hovering. */
const named = (chart: Chart, name: string, index: number, value: number): Node =>
  drawing(
    'title',
    {},
    `${chart.labels[index]}: ${name} ${value.toLocaleString()}${chart.unit ? ` ${chart.unit}` : ''}`,
  );

export function bars(chart: Chart, width: number): Drawing {
  const { x, y, place, marks } = frame(chart, width);
  const bar = Math.max(1, (place * 0.8) / chart.series.length);
  const drawn = chart.series.flatMap(({ name, values }, at) =>
    values.flatMap((value, index) => {
      if (value === null) return [];
      const left = x(index) + (at - chart.series.length / 2) * bar;
      const [top, bottom] = [y(Math.max(value, 0)), y(Math.min(value, 0))];
      const place_ = { x: left, y: top, width: Math.max(bar - 1, 1), height: Math.max(bottom - top, 1) };
      return [drawing('rect', { class: colourClass(at), ...place_ }, named(chart, name, index, value))];
    }),
  );
  return { height: HEIGHT, marks: [...marks, ...drawn] };
}

export function lines(chart: Chart, width: number): Drawing {
  const { x, y, marks } = frame(chart, width);
  const drawn = chart.series.flatMap(({ name, values }, at) => {
    const points = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
    const dots = points.map(({ value, index }) =>
      drawing('circle', { class: colourClass(at), cx: x(index), cy: y(value), r: 3 }, named(chart, name, index, value)),
    );
    // A gap where a value is missing: nothing is invented between.
    const path = points
      .map(
        ({ value, index }) =>
          `${values[index - 1] === undefined || values[index - 1] === null ? 'M' : 'L'}${x(index)} ${y(value)}`,
      )
      .join('');
    return [drawing('path', { class: `curve ${colourClass(at)}`, d: path }), ...dots];
  });
  return { height: HEIGHT, marks: [...marks, ...drawn] };
}
