import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';
import { inSteps } from './in-steps.ts';

type Table = Extract<Artifact, { type: 'table' }>;
type Cell = Table['rows'][number][number];

const STEP = 200;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** A table whose columns can be sorted, by mouse and keyboard. */
export function tableView({ title, columns, rows }: Pick<Table, 'title' | 'columns' | 'rows'>): HTMLElement {
  const body = element('tbody');
  const foot = element('div');
  const headers = columns.map((column) => element('button', { type: 'button' }, column));
  const cells = headers.map((button) => element('th', { scope: 'col', 'aria-sort': 'none' }, button));
  const isNumeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => isNumber(row[index] ?? null)));
  cells.forEach((cell, index) => cell.classList.toggle('number', isNumeric[index]));

  const show = (shown: Table['rows']): void => {
    body.replaceChildren();
    const line = (index: number) =>
      element('tr', {}, ...(shown[index] ?? []).map((cell, at) => cellView(cell, isNumeric[at])));
    foot.replaceChildren(inSteps(body, shown.length, STEP, line, 'rows'));
  };
  headers.forEach((button, column) =>
    button.addEventListener('click', () => {
      const direction = cells[column]?.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const cell of cells) cell.setAttribute('aria-sort', 'none');
      cells[column]?.setAttribute('aria-sort', direction);
      const sign = direction === 'ascending' ? 1 : -1;
      show(rows.toSorted((a, b) => compare(a[column] ?? null, b[column] ?? null, sign)));
    }),
  );
  show(rows);
  const table = element('table', { 'aria-label': title }, element('thead', {}, element('tr', {}, ...cells)), body);
  const scroller = element('div', { class: 'scroll', role: 'region', 'aria-label': title, tabindex: 0 }, table);
  return element('div', {}, scroller, foot);
}

const isNumber = (cell: Cell): boolean => cell === null || typeof cell === 'number';

/** What is empty stands last in both directions. */
function compare(a: Cell, b: Cell, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
}

/** Characters of a cell that is shown in one line; in longer ones words may be broken, so that one cannot take the page. */
const SHORT = 40;

function cellView(cell: Cell, isNumeric = false): HTMLElement {
  if (cell === null) {
    const nothing = element('span', { class: 'quiet', role: 'img', 'aria-label': 'empty' }, '–');
    return element('td', isNumeric ? { class: 'number' } : {}, nothing);
  }
  const text = typeof cell === 'number' ? cell.toLocaleString() : String(cell);
  return element('td', { class: isNumeric ? 'number' : text.length > SHORT ? 'long' : undefined }, text);
}
