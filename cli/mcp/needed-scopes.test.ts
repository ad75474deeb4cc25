import { expect, test } from 'vitest';
import { McpServerSpec, type McpServer } from '../../crds/mcpserver.ts';
import { operationScopes } from '../../gateway/auth/operation-scopes.ts';
import { neededScopes } from './needed-scopes.ts';

const specOf = (oauth: object): McpServerSpec => McpServerSpec.parse({ image: 'x', oauth });

const SPECS = [
  {},
  { required: false },
  { scopes: ['user'] },
  { required: false, scopes: ['user'], tools: [{ match: 'a', scopes: ['admin'] }] },
  {
    scopes: ['user'],
    tools: [
      { match: 'a', scopes: ['admin'] },
      { match: 'a', scopes: ['x'] },
      { match: 'b', scopes: ['user'] },
    ],
  },
].map(specOf);

test.each(SPECS)('the scopes are those of the gateway: %#', (spec) => {
  const server = { metadata: { name: 's', namespace: 'n' }, spec } as McpServer;
  for (const tool of [undefined, 'a', 'b', 'c']) {
    const messages =
      tool === undefined ? [] : [{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } }];
    expect(neededScopes({ spec }, tool)).toEqual(operationScopes(server, messages));
  }
});
