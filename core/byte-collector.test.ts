import { expect, test } from 'vitest';
import { collectBytes } from './byte-collector.ts';

test('joins pieces of every size', () => {
  const collected = collectBytes(100_000);
  const pieces = [0, 1, 4095, 1, 10_000, 3].map((length, index) => Buffer.alloc(length, index + 1));
  for (const piece of pieces) expect(collected.add(piece)).toBe(true);
  expect(collected.bytes()).toEqual(Buffer.concat(pieces));
});

test('takes exactly the limit and nothing of what is more', () => {
  const collected = collectBytes(3);
  expect(collected.add(Buffer.from('ab'))).toBe(true);
  expect(collected.add(Buffer.from('cd'))).toBe(false);
  expect(collected.add(Buffer.from('c'))).toBe(true);
  expect(collected.add(Buffer.from('d'))).toBe(false);
  expect(collected.bytes().toString()).toBe('abc');
});

test('keeps no piece: its memory may be used again', () => {
  const collected = collectBytes(10);
  const piece = Buffer.from('ab');
  collected.add(piece);
  piece.fill('x');
  expect(collected.bytes().toString()).toBe('ab');
});

test('a million pieces of one byte take about a megabyte', () => {
  const collected = collectBytes(4 * 1024 * 1024);
  const before = process.memoryUsage();
  for (let index = 0; index < 1_000_000; index++) collected.add(Buffer.from('a'));
  const { external, arrayBuffers } = process.memoryUsage();
  expect(collected.bytes()).toHaveLength(1_000_000);
  expect(external + arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(16 * 1024 * 1024);
});
