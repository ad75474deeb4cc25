import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const KNOWN = ['env', 'envFrom', 'scopes', 'clientId', 'displayInWeb', 'port', 'path'];

test.each([
  ['scope', 'scopes'],
  ['scpoes', 'scopes'],
  ['Scopes', 'scopes'],
  ['client_id', 'clientId'],
  ['display-in-web', 'displayInWeb'],
  ['environment', 'env'],
  ['envfrom', 'envFrom'],
  ['prot', 'port'],
  ['foo', undefined],
  ['', undefined],
  ['x'.repeat(65), undefined],
])('%s is probably %s', (written, meant) => {
  expect(nearestName(written, KNOWN)).toBe(meant);
});

test('a known name with one letter too many, too few or wrong is found again', () => {
  const long = KNOWN.filter((name) => name.length > 5);
  fc.assert(
    fc.property(fc.constantFrom(...long), fc.nat(), fc.constantFrom('', 'q', 'qq'), (name, at, replacement) => {
      const index = at % name.length;
      expect(nearestName(name.slice(0, index) + replacement + name.slice(index + 1), long)).toBe(name);
    }),
  );
});
