import { expect, test } from 'vitest';
import { isStrictlyWithin, parseAddressBlock, printAddressBlock, type AddressBlock } from './address-block.ts';

test.each([
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.77/24', '203.0.113.0/24'],
  ['255.255.255.255/32', '255.255.255.255/32'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['2001:DB8::1/32', '2001:db8::/32'],
  ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'],
  ['::/0', '::/0'],
  ['::1/128', '::1/128'],
  ['fd00:ec2::254/127', 'fd00:ec2::254/127'],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1', '8000::/1'],
])('%s is %s', (text, canonical) => {
  expect(printAddressBlock(block(text))).toBe(canonical);
});

test.each([
  '',
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0/8',
  '01.2.3.4/8',
  '1:2:3/64',
  '::/129',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  ':::/1',
  '::/-1',
])('%j is none', (text) => {
  expect(parseAddressBlock(text)).toBeUndefined();
});

test.each([
  ['10.0.0.1/32', '10.0.0.0/8', true],
  ['10.0.0.1/32', '10.0.0.1/32', false],
  ['11.0.0.1/32', '10.0.0.0/8', false],
  ['10.0.0.0/8', '10.0.0.1/32', false],
  ['fd00::1/128', '::/0', true],
  ['fd00::1/128', '0.0.0.0/0', false],
])('%s strictly within %s: %s', (inner, outer, expected) => {
  expect(isStrictlyWithin(block(inner), block(outer))).toBe(expected);
});

function block(text: string): AddressBlock {
  const parsed = parseAddressBlock(text);
  if (!parsed) throw new Error(`${text} is no block`);
  return parsed;
}
