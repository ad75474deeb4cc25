import { expect, test } from 'vitest';
import { walkPages } from './walk-pages.ts';

test('all pages are walked, an empty cursor too', async () => {
  const pages: Record<string, { entries: number[]; nextCursor?: string }> = {
    first: { entries: [1, 2], nextCursor: '' },
    '': { entries: [], nextCursor: 'b' },
    b: { entries: [3] },
  };
  const { entries, problem } = await walkPages(async ({ cursor = 'first' }) => pages[cursor] ?? { entries: [] });
  expect({ entries, problem }).toEqual({ entries: [1, 2, 3], problem: undefined });
});

test('a list without end ends, with the reason', async () => {
  expect((await walkPages(async () => ({ entries: [1], nextCursor: 'same' }))).problem).toMatch(/circles/);
  let page = 0;
  const counting = await walkPages(async () => ({ entries: [page], nextCursor: String(page++) }));
  expect(counting.problem).toMatch(/more than 200 pages/);
  const fat = await walkPages(async () => ({ entries: Array<number>(6000).fill(0), nextCursor: String(page++) }));
  expect(fat.problem).toMatch(/more than 10000 entries/);
});
