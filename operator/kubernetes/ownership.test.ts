import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import { podOf } from '../testdata/pods.ts';
import { isPodOf } from './ownership.ts';
import type { Pod } from './pod.ts';

const POD = podOf();

test.each<[string, Partial<Pod['metadata']>, boolean]>([
  ['its own', {}, true],
  ['one of another namespace', { namespace: 'elsewhere' }, false],
  ['one that says that it is of another server', { labels: { 'mooring.dev/server': 'other' } }, false],
  ['one of an earlier server of the name', { annotations: { 'mooring.dev/server-uid': 'u0' } }, false],
  ['one that no ReplicaSet made', { ownerReferences: [] }, false],
])('of the pods that a server may have: %s', (_what, metadata, expected) => {
  const pod = { ...POD, metadata: { ...POD.metadata, ...metadata } };
  expect(isPodOf(serverOf({}), pod)).toBe(expected);
});
