import { describe, expect, test } from 'vitest';
import { createProtectedResources, type ProtectedResource } from '../protected-resources.ts';
import { mcpServer, memorySource } from '../testing/memory-source.ts';
import type { AccessToken } from './access-token.ts';
import { judgeToken } from './token-rules.ts';

const ORIGIN = 'https://x.example';
const resources = createProtectedResources(
  memorySource(mcpServer('a'), mcpServer('bound', { spec: { oauth: { clientId: 'the-client' } } })),
  () => ORIGIN,
);
const [registry, a, bound] = resources.list() as [ProtectedResource, ProtectedResource, ProtectedResource];

const token = (change: Partial<AccessToken> = {}): AccessToken => ({
  audiences: [a.url],
  subject: 'somebody',
  clientId: 'a-client',
  scopes: [],
  owner: 'default/a',
  expiresAt: 2e9,
  ...change,
});

describe('a verified token', () => {
  test('is good for the resource that it was issued for', () => {
    expect(judgeToken(token(), a)).toBeUndefined();
    expect(judgeToken(token({ audiences: ['https://other.example', a.url] }), a)).toBeUndefined();
    expect(judgeToken(token({ audiences: [registry.url], owner: undefined }), registry)).toBeUndefined();
  });

  test.each([
    ['another server', [bound.url]],
    ['the registry', [registry.url]],
    ['our whole origin', [ORIGIN]],
    ['a path below', [`${a.url}/`]],
    ['nobody', []],
  ])('for %s is refused', (_, audiences) => {
    expect(judgeToken(token({ audiences }), a)).toMatchObject({ code: 'invalid_token', status: 401 });
  });

  test.each([undefined, 'other/a', 'default/b'])('of the time when %s had the name is refused', (owner) => {
    expect(judgeToken(token({ owner }), a)).toMatchObject({ code: 'invalid_token', status: 401 });
  });

  test('must belong to the client that oauth.clientId names', () => {
    const forBound = { audiences: [bound.url], owner: 'default/bound' };
    expect(judgeToken(token({ ...forBound, clientId: 'the-client' }), bound)).toBeUndefined();
    const refusal = judgeToken(token(forBound), bound);
    expect(refusal).toMatchObject({ code: 'client_not_allowed', status: 403, headers: {} });
    expect(refusal?.message).not.toContain('the-client');
  });
});
