import { expect, test } from 'vitest';
import { McpServerManifest, McpServerSpec } from './mcpserver.ts';
import { rewritten, withoutDefaults, writtenManifest } from './written-manifest.ts';

test.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
  ['nothing where nothing differs', { binary: 'x' }, { binary: 'x', port: undefined }, { binary: 'x' }],
  ['one field', { binary: 'x', port: 1 }, { binary: 'x', port: 2 }, { binary: 'x', port: 2 }],
  ['a field that is a default now', { binary: 'x', path: '/y' }, { binary: 'x' }, { binary: 'x', path: '/mcp' }],
  [
    'a default that was written stays written',
    { binary: 'x', enabled: true, port: 1 },
    { binary: 'x', port: 2 },
    { binary: 'x', enabled: true, port: 2 },
  ],
  ['a field less', { binary: 'x', port: 1 }, { binary: 'x' }, { binary: 'x' }],
  [
    'inside of a field',
    { binary: 'x', oauth: { scopes: ['a'] } },
    { binary: 'x', oauth: { scopes: ['b'] } },
    { binary: 'x', oauth: { scopes: ['b'] } },
  ],
  [
    'an entry of a list, with its defaults left out',
    { binary: 'x', volumes: [{ name: 'a', mountPath: '/a', emptyDir: {} }] },
    {
      binary: 'x',
      volumes: [
        { name: 'b', mountPath: '/b', emptyDir: {}, readOnly: false },
        { name: 'a', mountPath: '/c', emptyDir: {} },
      ],
    },
    {
      binary: 'x',
      volumes: [
        { name: 'b', mountPath: '/b', emptyDir: {}, readOnly: false },
        { name: 'a', mountPath: '/c', emptyDir: {} },
      ],
    },
  ],
])('rewrites %s', (_name, written, wanted, expected) => {
  const [is, meant] = [McpServerSpec.parse(written), McpServerSpec.parse(wanted)];
  const result = rewritten(written, is, meant);
  expect(result).toEqual(expected);
  expect(McpServerSpec.parse(result)).toEqual(meant);
});

test('a manifest is written without what it means anyway', () => {
  const written = {
    apiVersion: 'mooring.dev/v1alpha1' as const,
    kind: 'McpServer' as const,
    metadata: { name: 'a', namespace: 'b', labels: { c: 'd' } },
    spec: { binary: 'x', oauth: { scopes: ['y'] } },
  };
  expect(writtenManifest(McpServerManifest.parse(written))).toEqual(written);
  expect(withoutDefaults(McpServerSpec.parse({ replicas: 1 }))).toEqual({});
});
