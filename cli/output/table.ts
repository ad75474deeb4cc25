import { stripVTControlCharacters } from 'node:util';

/** Rows as columns, the first row in capitals: the heading. Colours take no width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? '')))) ?? [];
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
