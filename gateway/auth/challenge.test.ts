import { expect, test } from 'vitest';
import type { ProtectedResource } from '../protected-resources.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { authenticationRequired, insufficientScope, invalidToken } from './challenge.ts';

const METADATA = 'https://x.example/.well-known/oauth-protected-resource/api/v1/mcp/a/mcp';
const resource: ProtectedResource = {
  url: 'https://x.example/api/v1/mcp/a/mcp',
  metadataUrl: METADATA,
  title: 'a',
  server: mcpServer('a', { spec: { oauth: { scopes: ['user', 'extra'] } } }),
  scopes: ['extra', 'user'],
};

test('without a token there is no error in the challenge', () => {
  const { status, headers } = authenticationRequired(resource, ['user', 'extra']);
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toBe(`Bearer resource_metadata="${METADATA}", scope="user extra"`);
});

test('where nothing is needed but a token, no scope is named', () => {
  expect(authenticationRequired(resource, []).headers['www-authenticate']).toBe(
    `Bearer resource_metadata="${METADATA}"`,
  );
});

test('an invalid token is called so, and why', () => {
  const { status, headers } = invalidToken(resource, 'The access token has expired.');
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toBe(
    `Bearer resource_metadata="${METADATA}", scope="user extra", error="invalid_token", error_description="The access token has expired."`,
  );
});

test('too little: 403 that names every scope', () => {
  const { status, headers } = insufficientScope(resource, ['user', 'skills:delete']);
  expect(status).toBe(403);
  expect(headers['www-authenticate']).toContain('scope="user skills:delete", error="insufficient_scope"');
});

test('nothing can leave the quotes', () => {
  const strange = { ...resource, metadataUrl: 'https://x"\\\r\ny' };
  expect(authenticationRequired(strange, []).headers['www-authenticate']).toBe(
    'Bearer resource_metadata="https://x\\"\\\\y"',
  );
});
