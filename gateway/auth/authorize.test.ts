import { expect, test } from 'vitest';
import { createProtectedResources } from '../protected-resources.ts';
import { mcpServer, memorySource } from '../testing/memory-source.ts';
import { authorize } from './authorize.ts';
import { ANONYMOUS, type Caller } from './caller.ts';

const rules = { scopes: ['user'], tools: [{ match: 'wipe', scopes: ['skills:delete'] }] };
const closed = mcpServer('closed', { spec: { oauth: rules } });
const open = mcpServer('open', { spec: { oauth: { ...rules, required: false } } });
const resources = createProtectedResources(memorySource(closed, open), () => 'https://x.example');
const caller = (...scopes: string[]): Caller => ({
  subject: 's',
  clientId: 'c',
  scopes: new Set(scopes),
  expiresAt: 2e9,
});
const wipe = [{ method: 'tools/call', params: { name: 'wipe' } }];
const list = [{ method: 'tools/list' }];

const attempt = (who: Caller, server = closed, messages?: typeof list): unknown => {
  try {
    const resource = resources.named(server.metadata.name);
    return resource && authorize(who, server, resource, messages);
  } catch (error) {
    return error;
  }
};

test('who has every scope of the operation may', () => {
  expect(attempt(caller('user'), closed, list)).toBeUndefined();
  expect(attempt(caller('user'))).toBeUndefined();
  expect(attempt(caller('user', 'skills:delete', 'more'), closed, wipe)).toBeUndefined();
});

test('who lacks one is told all of them', () => {
  for (const scopes of [[], ['user'], ['skills:delete']]) {
    expect(attempt(caller(...scopes), closed, wipe)).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('scope="user skills:delete"') },
    });
  }
  expect(attempt(caller(), closed)).toMatchObject({ status: 403 });
});

test('an open server answers anybody, but a tool with a rule asks who calls', () => {
  expect(attempt(ANONYMOUS, open, list)).toBeUndefined();
  expect(attempt(caller(), open, list)).toBeUndefined();
  const refusal = attempt(ANONYMOUS, open, wipe);
  expect(refusal).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('scope="user skills:delete"') },
  });
  expect(refusal).not.toMatchObject({ headers: { 'www-authenticate': expect.stringContaining('error=') } });
  expect(attempt(caller('user'), open, wipe)).toMatchObject({ status: 403 });
});
