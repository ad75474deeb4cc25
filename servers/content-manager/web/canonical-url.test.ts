import { expect, test } from 'vitest';
import { canonicalUrl } from './canonical-url.ts';

test.each([
  ['http://Example.com/a/?utm_source=x&b=2&a=1&fbclid=y#part', 'https://example.com/a?a=1&b=2'],
  ['https://example.com', 'https://example.com/'],
  ['https://example.com/index.html', 'https://example.com/'],
  ['http://example.com:8080/a', 'http://example.com:8080/a'],
  ['https://example.com/a?ref=b', 'https://example.com/a?ref=b'],
])('%s is %s', (address, canonical) => {
  expect(canonicalUrl(address)).toBe(canonical);
  expect(canonicalUrl(canonical)).toBe(canonical);
});
