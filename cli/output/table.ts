import { stripVTControlCharacters } from 'node:util';
import { harmlessStyled } from './harmless.ts';

/** Rows as columns, the first row in capitals: the heading. Colours take no width. A cell is one line, so that nobody who fills one forges a row. */
export function table(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((cells) => cells.map(cellOf));
  // Not by arguments of Math.max: there may be more rows than a call takes.
  const widths =
    rows[0]?.map((_, column) => rows.reduce((most, cells) => Math.max(most, widthOf(cells[column] ?? '')), 0)) ?? [];
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => padded(cell, widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

const padded = (text: string, width: number): string => text + ' '.repeat(width - widthOf(text));

const cellOf = (text: string): string => harmlessStyled(text.replaceAll(/[\r\n\t\p{Zl}\p{Zp}]+/gu, ' '));
