import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuantity } from './canonical-quantity.ts';

/** What kube-apiserver 1.35 answers for `resources.limits`. */
test.each([
  ['0.5', '500m'],
  ['.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1536Mi', '1536Mi'],
  ['1025Ki', '1025Ki'],
  ['0.5Ki', '512'],
  ['0.1Gi', '107374182400m'],
  ['1000m', '1'],
  ['100.0m', '100m'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['1048576', '1048576'],
  ['1.1n', '1m'],
  ['9223372036854775807n', '9223372036855m'],
  ['0', '0'],
  ['0Mi', '0'],
  [1, '1'],
  [2000, '2k'],
  [0.25, '250m'],
  ['7Ei', '7Ei'],
  ['9Ei', '9223372036854775807'],
  ['8192Pi', '9223372036854775807'],
])('%s is printed as %s', (quantity, printed) => {
  expect(canonicalQuantity(quantity)).toBe(printed);
});

/** The API server keeps these as they are written, as it keeps what they become here. */
test.each([
  ['1e3', '1k'],
  ['12E4', '120k'],
  ['1E', '1E'],
  ['1.500', '1500m'],
  ['01Gi', '1Gi'],
  ['1e-20', '1m'],
  ['1e999999999999999999', '9223372036854775807'],
  ['1000000E', '9223372036854775807'],
  ['0e999999999', '0'],
])('%s becomes %s', (quantity, printed) => {
  expect(canonicalQuantity(quantity)).toBe(printed);
});

test.each(['', '.', 'Gi', '1Zi', '1 Gi', '-1', 'one', '1e', '1e1.5', 'constructor', '1constructor', '1__proto__'])(
  '%j is no quantity and stays',
  (text) => {
    expect(canonicalQuantity(text)).toBe(text);
  },
);

test('what is printed once is printed the same again, and is worth the same', () => {
  const quantity = fc
    .tuple(fc.nat(99_999_999), fc.constantFrom('m', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'))
    .map(([amount, suffix]) => `${amount}${suffix}`);
  fc.assert(
    fc.property(quantity, (text) => {
      const printed = canonicalQuantity(text);
      expect(canonicalQuantity(printed)).toBe(printed);
      expect(worth(printed)).toBe(worth(text));
    }),
  );
});

const WORTH: Readonly<Record<string, bigint>> = {
  m: 1n,
  '': 1000n,
  k: 10n ** 6n,
  M: 10n ** 9n,
  G: 10n ** 12n,
  T: 10n ** 15n,
  P: 10n ** 18n,
  E: 10n ** 21n,
  Ki: 1000n * 2n ** 10n,
  Mi: 1000n * 2n ** 20n,
  Gi: 1000n * 2n ** 30n,
  Ti: 1000n * 2n ** 40n,
  Pi: 1000n * 2n ** 50n,
};

function worth(text: string): bigint {
  const [, amount = '', suffix = ''] = /^(\d+)(.*)$/.exec(text) ?? [];
  return BigInt(amount) * (WORTH[suffix] ?? -1n);
}
