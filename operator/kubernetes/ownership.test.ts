import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import { podOf } from '../testdata/pods.ts';
import { isLeftover, isPodOf } from './ownership.ts';
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

test.each<[string, object, boolean]>([
  ['an earlier server of the name', { uid: 'u0' }, true],
  ['another version of the definition', { uid: 'u0', apiVersion: 'mooring.dev/v1' }, true],
  ['this server', { uid: 'u1' }, false],
  ['an McpServer of somebody else', { uid: 'u0', apiVersion: 'example.com/v1alpha1' }, false],
  ['a server of another name', { uid: 'u0', name: 'other' }, false],
])('left behind is what belonged to an earlier server of the name: %s', (_what, owner, expected) => {
  const reference = { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', name: 'notes', uid: '', controller: true };
  const metadata = { name: 'notes', ownerReferences: [{ ...reference, ...owner }] };
  expect(isLeftover({ apiVersion: 'v1', kind: 'Service', metadata }, serverOf({}))).toBe(expected);
});
