import { expect, test } from 'vitest';
import { createProtectedResources } from '../protected-resources.ts';
import { memorySource, mcpServer } from '../testing/memory-source.ts';
import { defaultScopes, grantableScopes, requestedScopes } from './scopes.ts';

const resources = createProtectedResources(
  memorySource(
    mcpServer('a', { spec: { oauth: { scopes: ['user'], tools: [{ match: 't', scopes: ['tools:write'] }] } } }),
    mcpServer('b', { spec: { oauth: { scopes: ['admin'] } } }),
    mcpServer('c'),
  ),
  () => 'https://mooring.example',
);
const [registry, a, , c] = resources.list();

test.each([
  ['the scopes that its rules name', a, ['tools:write', 'user']],
  ['the base scope where they name none', c, ['mcp']],
  ['every scope for the registry', registry, ['admin', 'tools:write', 'user']],
])('the default of a resource is %s', (_, resource, scopes) => {
  expect(resource && defaultScopes(resources, resource)).toEqual(scopes);
});

test.each([
  ['user', ['user']],
  ['user admin', ['admin', 'user']],
  ['user unknown', ['user']],
  ['unknown openid', ['tools:write', 'user']],
  ['', ['tools:write', 'user']],
  [undefined, ['tools:write', 'user']],
])('a request for "%s" is about %j', (requested, scopes) => {
  expect(a && requestedScopes(requested, resources, a)).toEqual(scopes);
});

test('admin may grant everything, others what they have, everybody the base scope', () => {
  expect(grantableScopes({ scopes: ['admin'] }, ['admin', 'mcp', 'user'])).toEqual(['admin', 'mcp', 'user']);
  expect(grantableScopes({ scopes: ['user'] }, ['admin', 'mcp', 'user'])).toEqual(['mcp', 'user']);
  expect(grantableScopes({ scopes: [] }, ['admin'])).toEqual([]);
});
