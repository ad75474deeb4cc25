import { expect, test } from 'vitest';
import { fingerprint, project } from './drift.ts';

/** Whether what is there needs no write. */
const fits = (wanted: unknown, live: unknown): boolean => fingerprint(project(wanted, live)) === fingerprint(wanted);

const PORT = { port: 8080, protocol: 'TCP' };
const PODS = { matchLabels: { a: 'b' } };
const policy = (rule: object) => ({
  kind: 'NetworkPolicy',
  spec: { podSelector: {}, ingress: [{ from: [{ podSelector: PODS }], ports: [PORT], ...rule }] },
});

test.each<[string, unknown, unknown, boolean]>([
  ['the same', { a: { b: 1 } }, { a: { b: 1 } }, true],
  ['defaults of the API server', { a: 1 }, { a: 1, protocol: 'TCP' }, true],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['a value that was removed', { a: 1, b: 2 }, { a: 1 }, false],
  ['false, that was removed', { automountServiceAccountToken: false }, {}, false],
  ['what is empty and therefore left out', { egress: [], env: { value: '' } }, { env: {} }, true],
  ['an empty object that says something', [{ namespaceSelector: {} }], [{ namespaceSelector: {} }], true],
  ['a container that was injected', [{ name: 'server' }], [{ name: 'proxy' }, { name: 'server', image: 'x' }], true],
  ['a container that was exchanged', [{ name: 'server' }], [{ name: 'proxy' }], false],
  ['a variable that was changed', [{ name: 'A', value: '1' }], [{ name: 'A', value: '2' }], false],
  ['arguments in another order', ['a', 'b'], ['b', 'a'], false],
  ['an argument more', ['a'], ['a', 'b'], false],
  [
    'two ports of one number',
    [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
    [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
    true,
  ],
  ['a rule more, in a list that has no keys', [{ from: [] }], [{ from: [] }, { from: [] }], false],
  [
    'one mount at two paths',
    [
      { name: 'v', mountPath: '/a' },
      { name: 'v', mountPath: '/b' },
    ],
    [
      { name: 'v', mountPath: '/b' },
      { name: 'v', mountPath: '/a' },
    ],
    true,
  ],
  ['a label more in a selector', { selector: { a: 'b' } }, { selector: { a: 'b', c: 'd' } }, false],
  ['a policy as it is', policy({}), { ...policy({}), status: {} }, true],
  ['a port more', policy({}), policy({ ports: [PORT, { port: 22, protocol: 'TCP' }] }), false],
  ['a range of ports', policy({}), policy({ ports: [{ ...PORT, endPort: 9000 }] }), false],
  ['pods of every namespace', policy({}), policy({ from: [{ podSelector: PODS, namespaceSelector: {} }] }), false],
  ['everybody', policy({}), policy({ from: [] }), false],
  ['another type', { a: { b: 1 } }, { a: 'b' }, false],
  ['nothing at all', { a: 1 }, undefined, false],
])('%s', (_what, wanted, live, expected) => {
  expect(fits(wanted, live)).toBe(expected);
});

test('the order of members does not count, that of entries does', () => {
  expect(fingerprint({ a: 1, b: [1, 2] })).toBe(fingerprint({ b: [1, 2], a: 1 }));
  expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
});
