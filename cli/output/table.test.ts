import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell; colours take no width', () => {
  expect(
    table([
      ['NAME', 'READY', 'X'],
      ['a', '\u001B[32mTrue\u001B[39m', 'b'],
    ]),
  ).toBe('NAME   READY   X\na      \u001B[32mTrue\u001B[39m    b\n');
});

test('who fills a cell forges no row, and gives the terminal no orders', () => {
  const cell = '-e\nforged   True\r\tx\u2028y\u001B[2Jz\u001B[31mred';
  expect(
    table([
      ['SOURCE', 'URL'],
      [cell, 'http://x'],
    ]).split('\n'),
  ).toEqual([expect.stringMatching(/^SOURCE {10,}URL$/), '-e forged   True x y\uFFFD[2Jz\uFFFD[31mred   http://x', '']);
});
