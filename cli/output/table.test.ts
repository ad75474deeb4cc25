import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell, and colours take no width', () => {
  expect(
    table([
      ['A', 'B'],
      ['\u001B[32mlong\u001B[39m', 'x'],
    ]),
  ).toBe('A      B\n\u001B[32mlong\u001B[39m   x\n');
});

test('more rows than a call takes arguments', () => {
  expect(table(Array.from({ length: 200_000 }, () => ['x', 'y']))).toHaveLength(200_000 * 'x   y\n'.length);
});
