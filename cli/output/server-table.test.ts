import { expect, test } from 'vitest';
import type { McpServer } from '../../crds/mcpserver.ts';
import { McpServerManifest } from '../../crds/mcpserver.ts';
import { serverTable, sourceOf } from './server-table.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');

function server(name: string, ready?: { status: 'True' | 'False'; reason: string; message: string }): McpServer {
  const manifest = McpServerManifest.parse({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name },
    spec: { binary: 'x' },
  });
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      uid: name,
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    ...(ready && {
      status: {
        conditions: [{ type: 'Ready' as const, lastTransitionTime: '2026-01-01T00:00:00Z', ...ready }],
        url: `http://localhost:8080/api/v1/mcp/${name}/mcp`,
        toolCount: 3,
      },
    }),
  };
}

test('the columns of kubectl get mcpservers, sorted by name', () => {
  const ready = { status: 'True', reason: 'Ready', message: 'fine' } as const;
  const lines = serverTable({ servers: [server('b', ready), server('a')], problems: [] }, { now: NOW }).split('\n');
  expect(lines.map((line) => line.split(/\s+/))).toEqual([
    ['NAME', 'READY', 'REASON', 'TOOLS', 'URL', 'AGE'],
    ['a', 'Unknown', 'Pending', '-', '-', '60m'],
    ['b', 'True', 'Ready', '3', 'http://localhost:8080/api/v1/mcp/b/mcp', '60m'],
    [''],
  ]);
  expect(new Set(lines.slice(0, 3).map((line) => line.search(/\S+$/))).size).toBe(1);
});

test('below them: why something is not ready, and which files are not valid', () => {
  const text = serverTable({
    servers: [server('a', { status: 'False', reason: 'ProgramNotFound', message: 'There is no program "x".' })],
    problems: [{ file: 'b.yaml', line: 3, path: 'spec.port', message: 'is too large', hint: 'a port is 1 to 65535' }],
  });
  expect(text).toContain('a: There is no program "x".');
  expect(text).toContain('b.yaml:3: spec.port: is too large; a port is 1 to 65535');
});

test('of a manifest for laptop and cluster each is told what it runs', () => {
  const { metadata, spec } = server('a');
  const both = { ...server('a'), metadata, spec: { ...spec, image: 'registry.example.com/a:1' } };
  expect(sourceOf({ ...both, origin: { file: 'a.yaml', line: 1 } })).toBe('x');
  expect(sourceOf(both)).toBe('registry.example.com/a:1');
});

test('an empty folder is told as such', () => {
  expect(serverTable({ servers: [], problems: [] })).toContain('No servers');
});

test('the message of a condition forges no row; with namespaces it is told whose it is', () => {
  const message = 'first\nforged True Ready\u001B[2J';
  const text = serverTable(
    { servers: [server('a', { status: 'False', reason: 'X', message })], problems: [] },
    { namespaces: true },
  );
  expect(text).toContain('\ndefault/a: first\n  forged True Ready\uFFFD[2J\n');
});

test('who sees none at a gateway is not told to apply one there', () => {
  expect(serverTable({ servers: [], problems: [] }, { atGateway: true })).toBe('No servers that you may see.\n');
});
