import { expect, test } from 'vitest';
import type { McpServer } from '../crds/mcpserver.ts';
import { openPublicNames } from './names.ts';
import { serverOf } from './testdata/manifest.ts';

function world(...servers: McpServer[]) {
  const byUid = new Map(servers.map((server) => [server.metadata.uid, server]));
  const source = { list: () => [...byUid.values()], get: (uid: string) => byUid.get(uid) };
  return { byUid, names: openPublicNames(source) };
}

const claim = (uid: string, namespace: string, created: string, more: Parameters<typeof serverOf>[2] = {}) =>
  serverOf({}, { uid, namespace, creationTimestamp: created }, more);

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-01-02T00:00:00Z';

test('the older claim holds the name', () => {
  const [young, old] = [claim('1', 'a', NEW), claim('2', 'b', OLD)];
  const { names } = world(young, old);
  expect(names.holder(young)).toBe(old);
  expect(names.holder(old)).toBe(old);
});

test('ties go by namespace and name, then by place', () => {
  const [b, a] = [claim('1', 'b', OLD), claim('2', 'a', OLD)];
  expect(world(b, a).names.holder(b)).toBe(a);
  const second = claim('1', 'a', OLD, { origin: { file: 'z.yaml', line: 1 } });
  const first = claim('2', 'a', OLD, { origin: { file: 'b.yaml', line: 9 } });
  const later = claim('0', 'a', OLD, { origin: { file: 'b.yaml', line: 10 } });
  expect(world(second, later, first).names.holder(second)).toBe(first);
});

test('timestamps are compared as times, not as text', () => {
  const [east, utc] = [claim('1', 'a', '2026-01-01T12:00:00+02:00'), claim('2', 'b', '2026-01-01T11:00:00Z')];
  expect(world(east, utc).names.holder(utc)).toBe(east);
});

test('whoever comes, goes or is renamed has its rivals looked at again', () => {
  const { byUid, names } = world(claim('1', 'a', OLD));
  byUid.set('2', claim('2', 'b', NEW));
  expect(names.note('2')).toEqual(['1']);
  expect(names.note('2')).toEqual([]);
  byUid.set('2', serverOf({}, { uid: '2', name: 'other' }));
  expect(names.note('2')).toEqual(['1']);
  byUid.set('2', claim('2', 'b', NEW));
  names.note('2');
  byUid.delete('1');
  expect(names.note('1')).toEqual(['2']);
  expect(names.holder(claim('2', 'b', NEW)).metadata.uid).toBe('2');
});
