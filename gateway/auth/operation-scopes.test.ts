import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { operationScopes } from './operation-scopes.ts';

const oauth = {
  scopes: ['user'],
  tools: [
    { match: 'wipe', scopes: ['skills:delete'] },
    { match: 'wipe', scopes: ['skills:read'] },
    { match: 'read', scopes: ['skills:read'] },
  ],
};
const server = mcpServer('a', { spec: { oauth } });
const open = mcpServer('a', { spec: { oauth: { ...oauth, required: false } } });
const call = (name: unknown) => ({ method: 'tools/call', params: { name } });

describe('scopes of an operation', () => {
  test('are those of the server for requests without a rule', () => {
    expect(operationScopes(server)).toEqual(['user']);
    expect(operationScopes(server, [{ method: 'tools/list' }])).toEqual(['user']);
    expect(operationScopes(server, [call('other')])).toEqual(['user']);
  });

  test('are those of the server and of every rule of the tool', () => {
    expect(operationScopes(server, [call('wipe')])).toEqual(['user', 'skills:delete', 'skills:read']);
  });

  test('are those of all messages of a batch', () => {
    expect(operationScopes(server, [call('other'), call('read'), call('wipe')])).toEqual([
      'user',
      'skills:read',
      'skills:delete',
    ]);
    expect(operationScopes(server, [{ method: 'ping' }, call('read')])).toEqual(['user', 'skills:read']);
  });

  test('match names exactly', () => {
    for (const name of ['Wipe', 'wipe ', ' wipe', 'wip', 'wipe2']) {
      expect(operationScopes(server, [call(name)])).toEqual(['user']);
    }
  });

  test('are those of all tools where the name is no string: a backend might read any tool in it', () => {
    for (const name of [['wipe'], { toString: 'wipe' }, 7, null, undefined]) {
      expect(operationScopes(server, [call(name)])).toEqual(['user', 'skills:delete', 'skills:read']);
    }
    expect(operationScopes(server, [{ method: 'tools/call', params: null }])).toContain('skills:delete');
    expect(operationScopes(server, [{ method: 'tools/call' }])).toContain('skills:delete');
  });

  test('open servers need none, except for tools with rules, which need those of the server as well', () => {
    expect(operationScopes(open)).toEqual([]);
    expect(operationScopes(open, [call('other')])).toEqual([]);
    expect(operationScopes(open, [call('read')])).toEqual(['user', 'skills:read']);
  });
});
