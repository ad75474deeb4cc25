import { expect, test } from 'vitest';
import { expandScopes } from './scope-hierarchy.ts';

const expanded = (granted: string[], named: string[] = []): string[] => [...expandScopes(granted, named)].sort();

test.each([
  [[], []],
  [['user'], ['tools:read', 'user']],
  [['tools:write'], ['tools:read', 'tools:write']],
  [['tools:read'], ['tools:read']],
  [['secrets:read'], ['secrets:read']],
  [['admin'], ['admin', 'secrets:read', 'tools:read', 'tools:write', 'user']],
  [['constructor'], ['constructor']],
])('%j grants %j', (granted, all) => {
  expect(expanded(granted)).toEqual(all);
});

test('admin grants every scope that any server names, and nobody else does', () => {
  expect(expanded(['admin'], ['skills:delete'])).toContain('skills:delete');
  expect(expanded(['user', 'tools:write'], ['skills:delete'])).not.toContain('skills:delete');
});
