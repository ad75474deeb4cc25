import { describe, expect, test } from 'vitest';
import { createProtectedResources } from './protected-resources.ts';
import { mcpServer, memorySource } from './testing/memory-source.ts';

const ORIGIN = 'https://mcp.example.com';

describe('protected resources', () => {
  test('are the registry and every server that has an endpoint', () => {
    const source = memorySource(
      mcpServer('open'),
      mcpServer('off', { spec: { enabled: false } }),
      mcpServer('refused', { accepted: false }),
    );
    const resources = createProtectedResources(source, () => ORIGIN);
    expect(resources.list().map(({ url }) => url)).toEqual([
      `${ORIGIN}/api/v1/mcp/registry`,
      `${ORIGIN}/api/v1/mcp/open/mcp`,
    ]);
    expect(resources.find(`${ORIGIN}/api/v1/mcp/off/mcp`)).toBeUndefined();
  });

  test('have path-inserted metadata URLs', () => {
    const resources = createProtectedResources(memorySource(mcpServer('a')), () => ORIGIN);
    expect(resources.find(`${ORIGIN}/api/v1/mcp/a/mcp`)?.metadataUrl).toBe(
      `${ORIGIN}/.well-known/oauth-protected-resource/api/v1/mcp/a/mcp`,
    );
  });

  test('name the scopes of the server and of its tools, and follow changes', () => {
    const source = memorySource();
    const resources = createProtectedResources(source, () => ORIGIN);
    expect(resources.allScopes()).toEqual([]);
    const oauth = { scopes: ['user'], tools: [{ match: 'wipe', scopes: ['tools:write', 'user'] }] };
    source.put(mcpServer('a', { spec: { oauth } }), mcpServer('b', { spec: { oauth: { scopes: ['b'] } } }));
    expect(resources.find(`${ORIGIN}/api/v1/mcp/a/mcp`)?.scopes).toEqual(['tools:write', 'user']);
    expect(resources.allScopes()).toEqual(['b', 'tools:write', 'user']);
    source.remove('default/b');
    expect(resources.allScopes()).toEqual(['tools:write', 'user']);
  });

  test('stay the same objects while nothing changes', () => {
    const resources = createProtectedResources(memorySource(mcpServer('a')), () => ORIGIN);
    expect(resources.list()).toBe(resources.list());
    expect(resources.allScopes()).toBe(resources.allScopes());
  });

  test('follow publicUrl', () => {
    let origin = ORIGIN;
    const resources = createProtectedResources(memorySource(mcpServer('a')), () => origin);
    expect(resources.find(`${ORIGIN}/api/v1/mcp/a/mcp`)).toBeDefined();
    origin = 'http://localhost:9000';
    expect(resources.find(`${ORIGIN}/api/v1/mcp/a/mcp`)).toBeUndefined();
    expect(resources.registry().url).toBe('http://localhost:9000/api/v1/mcp/registry');
  });
});
