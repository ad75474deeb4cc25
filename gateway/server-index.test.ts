import { expect, test } from 'vitest';
import { createServerIndex } from './server-index.ts';
import { mcpServer, memorySource } from './testing/memory-source.ts';

test('finds enabled and accepted servers by name', () => {
  const index = createServerIndex(
    memorySource(mcpServer('a'), mcpServer('off', { spec: { enabled: false } }), mcpServer('no', { accepted: false })),
  );
  expect(index.find('a')?.metadata.name).toBe('a');
  expect(index.find('off')).toBeUndefined();
  expect(index.find('no')).toBeUndefined();
  expect(index.find('constructor')).toBeUndefined();
});

test('an edit of the spec counts at once, whatever the status says', () => {
  const source = memorySource(mcpServer('a'));
  const index = createServerIndex(source);
  expect(index.find('a')).toBeDefined();
  source.put(mcpServer('a', { spec: { enabled: false } }));
  expect(index.find('a')).toBeUndefined();
});

test('of two accepted servers with one name the older one has it', () => {
  const source = memorySource(
    mcpServer('a', { namespace: 'young', creationTimestamp: '2026-02-02T00:00:00Z' }),
    mcpServer('a', { namespace: 'old', creationTimestamp: '2026-01-01T00:00:00Z' }),
    mcpServer('a', { namespace: 'older-name', creationTimestamp: '2026-02-02T00:00:00Z' }),
  );
  const index = createServerIndex(source);
  expect(index.find('a')?.metadata.namespace).toBe('old');
  expect(index.list()).toHaveLength(1);
  source.remove('old/a');
  expect(index.find('a')?.metadata.namespace).toBe('older-name');
});
