import type { Artifact } from '../artifact.ts';
import { bars, lines } from './axis-chart.ts';
import { colourClass } from './chart-colours.ts';
import { drawing, element } from './element.ts';
import { pie } from './pie-chart.ts';
import { tableView } from './table-view.ts';

export type Chart = Extract<Artifact, { type: 'chart' }>;

const DRAWINGS = { bar: bars, line: lines, pie };

/** A drawing as wide as the page, drawn anew when that changes, its legend, and its numbers as a table. */
export function chartView(chart: Chart): HTMLElement {
  const { kind, title, labels, series, unit } = chart;
  const figure = element('div', { class: 'chart' });
  const names = kind === 'pie' ? labels : series.map(({ name }) => name);
  const legend = element('ul', { class: 'legend' }, ...names.map((name, index) => legendEntry(name, index)));
  const numbers = tableView({
    title: `${title}: numbers`,
    columns: [unit === undefined ? '' : `in ${unit}`, ...series.map(({ name }) => name)],
    rows: labels.map((label, index) => [label, ...series.map(({ values }) => values[index] ?? null)]),
  });
  const summary = `${kind} chart of ${names.join(', ')}${kind === 'pie' ? '' : ` for ${labels.length} labels`}`;
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width === drawn || width === 0) return;
    drawn = width;
    const { height, marks } = DRAWINGS[kind](chart, width);
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    figure.replaceChildren(drawing('svg', { ...size, role: 'img', 'aria-label': summary }, ...marks));
  }).observe(figure);
  const isLegendNeeded = names.length > 1;
  return element(
    'div',
    {},
    figure,
    ...(isLegendNeeded ? [legend] : []),
    element('details', {}, element('summary', {}, 'Numbers'), numbers),
  );
}

const legendEntry = (name: string, index: number): HTMLElement =>
  element('li', {}, element('span', { class: `swatch ${colourClass(index)}`, 'aria-hidden': 'true' }), name);
