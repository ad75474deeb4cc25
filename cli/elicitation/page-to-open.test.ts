import { expect, test } from 'vitest';
import { pageToOpen } from './page-to-open.ts';

test.each([
  ['https://shop.example/a?b=c', { url: 'https://shop.example/a?b=c', host: 'shop.example' }],
  ['http://localhost:3000/x', { url: 'http://localhost:3000/x', host: 'localhost:3000' }],
  // A Cyrillic letter shows as what it is.
  ['https://аpple.com/', { url: 'https://xn--pple-43d.com/', host: 'xn--pple-43d.com' }],
  ['https://x.example/\u001B[31m', { url: 'https://x.example/%1B[31m', host: 'x.example' }],
])('%s is shown as it is', (text, page) => {
  expect(pageToOpen(text)).toEqual(page);
});

test.each([
  ['http://shop.example/', /not https/],
  ['javascript:alert(1)', /not https/],
  ['file:///etc/passwd', /not https/],
  ['https://bank.example@evil.example/', /behind a name of a user/],
  ['no url', /no valid address/],
  [`https://x.example/${'a'.repeat(3000)}`, /too long/],
])('%s is declined', (text, problem) => {
  expect(pageToOpen(text)).toEqual({ problem: expect.stringMatching(problem) as unknown });
});
