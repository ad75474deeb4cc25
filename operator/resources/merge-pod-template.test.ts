import { expect, test } from 'vitest';
import { mergePodTemplate } from './merge-pod-template.ts';

type JsonObject = Readonly<Record<string, unknown>>;

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['objects deeply', { a: { b: 1, c: { d: 2 } } }, { a: { c: { e: 3 } } }, { a: { b: 1, c: { d: 2, e: 3 } } }],
  ['a value by a value', { a: 1 }, { a: 'x' }, { a: 'x' }],
  ['an object over a value', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ['a value over an object', { a: { b: 2 } }, { a: 1 }, { a: 1 }],
  ['false and zero are values', { a: true, b: 5 }, { a: false, b: 0 }, { a: false, b: 0 }],
  [
    'other lists as a whole',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'b' }] },
  ],
  [
    'containers by name, deeply, in their order',
    { containers: [{ name: 'a', image: '1', resources: { limits: { cpu: 1 } } }, { name: 'b' }] },
    { containers: [{ name: 'c' }, { name: 'a', resources: { limits: { memory: 2 } } }] },
    {
      containers: [
        { name: 'a', image: '1', resources: { limits: { cpu: 1, memory: 2 } } },
        { name: 'b' },
        { name: 'c' },
      ],
    },
  ],
  [
    'initContainers by name',
    { initContainers: [{ name: 'a', image: '1' }] },
    { initContainers: [{ name: 'a', image: '2' }] },
    { initContainers: [{ name: 'a', image: '2' }] },
  ],
  [
    'variables by name, each as a whole: it has one source',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    {
      env: [
        { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'C', value: '3' },
      ],
    },
    {
      env: [
        { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'B', value: '2' },
        { name: 'C', value: '3' },
      ],
    },
  ],
  [
    'volumes by name, each as a whole',
    { volumes: [{ name: 'a', emptyDir: {} }] },
    { volumes: [{ name: 'a', hostPath: { path: '/x' } }] },
    { volumes: [{ name: 'a', hostPath: { path: '/x' } }] },
  ],
  [
    'mounts by path',
    { volumeMounts: [{ name: 'a', mountPath: '/a', readOnly: true }] },
    {
      volumeMounts: [
        { name: 'b', mountPath: '/a' },
        { name: 'a', mountPath: '/b' },
      ],
    },
    {
      volumeMounts: [
        { name: 'b', mountPath: '/a' },
        { name: 'a', mountPath: '/b' },
      ],
    },
  ],
  ['null removes', { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
  ['null in what is new is nothing', {}, { a: { b: null, c: [{ d: null }] } }, { a: { c: [{}] } }],
  ['$patch: replace', { a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } }, { a: { c: 2 } }],
  ['$patch: delete', { a: { b: 1 }, c: 1 }, { a: { $patch: 'delete' } }, { c: 1 }],
  [
    '$patch: replace of an entry',
    { containers: [{ name: 'a', image: '1' }] },
    { containers: [{ $patch: 'replace', name: 'a' }] },
    { containers: [{ name: 'a' }] },
  ],
  [
    '$patch: delete of an entry, there or not',
    { volumes: [{ name: 'a' }, { name: 'b' }] },
    {
      volumes: [
        { $patch: 'delete', name: 'a' },
        { $patch: 'delete', name: 'none' },
      ],
    },
    { volumes: [{ name: 'b' }] },
  ],
])('%s', (_rule, base, patch, merged) => {
  const before = structuredClone({ base, patch });
  expect(mergePodTemplate(base, patch)).toEqual(merged);
  expect({ base, patch }).toEqual(before);
});

test('a field of the name __proto__ is a field', () => {
  const merged = mergePodTemplate({}, JSON.parse('{"labels":{"__proto__":{"polluted":true}}}') as JsonObject);
  expect(Object.getPrototypeOf(merged['labels'])).toBe(Object.prototype);
  expect(JSON.stringify(merged)).toBe('{"labels":{"__proto__":{"polluted":true}}}');
});
