import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from './kubernetes-object.ts';
import { createObjectStore } from './object-store.ts';
import { compareResourceVersions } from './resource-version.ts';

const object = (name: string, version: number, uid = name): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', uid, resourceVersion: String(version) },
});

test('versions are compared as numbers', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.bigInt({ min: 0n, max: 2n ** 64n }), (a, b) => {
      expect(Math.sign(compareResourceVersions(String(a), String(b)))).toBe(Number(a > b) - Number(a < b));
    }),
  );
});

test('writes and deletions in any order, some of them twice, lead to the newest state', () => {
  type Step = { readonly version: number; readonly isDeletion: boolean };
  const steps = fc.array(fc.record({ version: fc.constant(0), isDeletion: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(steps, fc.array(fc.nat()), (history: Step[], disorder) => {
      // Deletions of the past are only told in order: by a watch. Answers to writes come in any order.
      const store = createObjectStore<KubernetesObject>();
      const writes = history.map((step, index) => ({ ...step, version: index + 1 }));
      for (const { version, isDeletion } of writes) {
        if (isDeletion) store.remove('default', 'one', String(version));
        else store.put(object('one', version));
        const late = writes[(disorder[version] ?? 0) % version];
        if (late && !isDeletion && !late.isDeletion) store.put(object('one', late.version));
      }
      const last = writes.at(-1);
      const expected = last && !last.isDeletion ? [object('one', last.version)] : [];
      expect(store.list()).toEqual(expected);
      expect(store.byUid('one')).toEqual(expected[0]);
    }),
  );
});

test('a listener is told of what is new only, after it can be read', () => {
  const store = createObjectStore<KubernetesObject>();
  const told: string[] = [];
  store.onChange(({ metadata }, change) => {
    const { resourceVersion } = store.get('default', metadata.name)?.metadata ?? {};
    told.push(`${change} ${metadata.uid} ${metadata.resourceVersion}, now ${resourceVersion}`);
  });
  store.put(object('one', 5, 'a'));
  store.put(object('one', 5, 'a'));
  store.put(object('one', 4, 'a'));
  store.remove('default', 'one', '4');
  store.put(object('one', 7, 'b'));
  store.remove('default', 'one', '6');
  store.remove('default', 'one', '8');
  store.remove('default', 'one', '8');
  expect(told).toEqual([
    'changed a 5, now 5',
    'deleted a 5, now undefined',
    'changed b 7, now 7',
    'deleted b 7, now undefined',
  ]);
});
