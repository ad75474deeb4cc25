import { expect, test } from 'vitest';
import { McpServerSpec } from '../../../crds/mcpserver.ts';
import { missingScopes } from './missing-scopes.ts';

const specOf = (oauth: object): McpServerSpec => McpServerSpec.parse({ image: 'x', oauth });

test('admin grants what any server names, and nothing else', () => {
  const servers = [{ spec: specOf({ tools: [{ match: 'a', scopes: ['special'] }] }) }];
  expect(missingScopes(['special', 'user', 'unnamed'], ['admin'], servers)).toEqual(['unnamed']);
  expect(missingScopes(['special', 'user'], ['user'], servers)).toEqual(['special']);
});
