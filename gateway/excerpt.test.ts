import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';

test.each([
  ['short text', 'tools/call', 'tools/call'],
  ['other scripts', 'größe 名前', 'größe 名前'],
  ['what moves the cursor', 'a\x1b[2J\r\nb\u2028\u202e', 'a\uFFFD[2J\uFFFD\uFFFDb\uFFFD\uFFFD'],
  ['a lone surrogate', 'a\ud800', 'a\uFFFD'],
  ['a long text', 'x'.repeat(5000), `${'x'.repeat(100)}…`],
  ['a pair that the end cuts', `${'x'.repeat(99)}😀`, `${'x'.repeat(99)}\uFFFD…`],
  ['several values', ['a', 'b'], 'a, b'],
  ['nothing', undefined, undefined],
])('%s', (_, text, shown) => {
  expect(excerpt(text)).toBe(shown);
});
