import { describe, expect, test } from 'vitest';
import { jsonRpcMessages } from './json-rpc-messages.ts';
import { failureOf } from './testing/failure-of.ts';

const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'wipe', arguments: { NAME: 'free' } } };

describe('jsonRpcMessages', () => {
  test.each([
    ['a request', call],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    ['a response', { jsonrpc: '2.0', id: 'a', result: {} }],
    ['params of null', { jsonrpc: '2.0', id: 1, method: 'ping', params: null }],
    [
      'members that nobody knows',
      { jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: {}, Cursor: 'x' }, extra: 1 },
    ],
  ])('passes %s', (_, message) => {
    expect(jsonRpcMessages(message)).toEqual([message]);
  });

  test('shows every message of a batch', () => {
    const ping = { jsonrpc: '2.0', id: 8, method: 'ping' };
    expect(jsonRpcMessages([ping, call])).toEqual([ping, call]);
  });

  test.each([
    ['an empty batch', []],
    ['a batch of 65', Array.from({ length: 65 }, () => call)],
    ['a batch with a number in it', [call, 1]],
    ['a batch in a batch', [[call]]],
    ['text', 'tools/call'],
    ['null', null],
    ['a method that is no string', { id: 1, method: ['tools/call'] }],
    ['an id that is an object', { id: {}, method: 'ping' }],
    ['params by position', { id: 1, method: 'tools/call', params: ['wipe', {}] }],
    ['params that are text', { id: 1, method: 'tools/call', params: 'wipe' }],
    ['NUL in the method', { id: 1, method: 'tools/call\0x' }],
    ['NUL in the name of a tool', { id: 1, method: 'tools/call', params: { name: 'wipe\0x' } }],
    ['NUL in a URI', { id: 1, method: 'resources/read', params: { uri: 'file:///a\0.txt' } }],
    ['NUL in the name of a member', { id: 1, method: 'ping', 'method\0': 'tools/call' }],
    ['NUL in the name of a parameter', { id: 1, method: 'tools/call', params: { name: 'read', 'name\0': 'wipe' } }],
  ])('refuses %s', (_, value) => {
    expect(failureOf(() => jsonRpcMessages(value))).toMatchObject({
      status: 400,
      code: 'invalid_message',
      rpc: { code: -32600 },
    });
  });

  test.each([
    ['Method', { ...call, Method: 'ping' }],
    ['PARAMS', { ...call, PARAMS: { name: 'other' } }],
    ['ID alone', { jsonrpc: '2.0', ID: 1, method: 'ping' }],
    ['Name in params', { ...call, params: { name: 'read', Name: 'wipe' } }],
    ['Name alone in params', { ...call, params: { Name: 'wipe' } }],
    ['uRI in params', { ...call, params: { uRI: 'file:///' } }],
    ['TaskID in params', { ...call, params: { TaskID: '1' } }],
    ['a long s (U+017F), which folds to s', { ...call, ['param\u017f']: { name: 'wipe' } }],
    ['a Kelvin sign (U+212A), which folds to k', { ...call, params: { ['tas\u212aId']: '1' } }],
    ['in a batch', [call, { ...call, mEthod: 'ping' }]],
  ])('refuses %s, which a backend that ignores case would read', (_, value) => {
    expect(failureOf(() => jsonRpcMessages(value))).toMatchObject({ status: 400, code: 'ambiguous_json_key' });
  });

  test('says which request it refuses', () => {
    expect(failureOf(() => jsonRpcMessages({ ...call, Method: 'x' }))).toMatchObject({ rpc: { id: 7 } });
  });
});
