import { describe, expect, test } from 'vitest';
import { checkMcpHeaders, versionMismatch } from './mcp-headers.ts';
import { failureOf } from './testing/failure-of.ts';

const call = (name: unknown) => ({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name } });
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

describe('checkMcpHeaders', () => {
  test.each([
    ['no headers', {}, call('a')],
    ['both headers', { 'mcp-method': 'tools/call', 'mcp-name': 'a' }, call('a')],
    ['a name in Base64', { 'mcp-name': base64('wörk') }, call('wörk')],
    ['an empty name in Base64', { 'mcp-name': base64('') }, call('')],
    ['text that only begins like Base64', { 'mcp-name': '=?base64?a' }, call('=?base64?a')],
    ['a URI', { 'mcp-name': 'file:///a' }, { id: 1, method: 'resources/read', params: { uri: 'file:///a' } }],
    ['a task', { 'mcp-name': 't1' }, { id: 1, method: 'tasks/cancel', params: { taskId: 't1' } }],
    ['a name for a method that has none', { 'mcp-name': 'x' }, { id: 1, method: 'tools/list' }],
    ['a name that the body lacks, which the backend refuses', { 'mcp-name': 'x' }, { id: 1, method: 'tools/call' }],
    ['a notification', { 'mcp-method': 'notifications/cancelled' }, { method: 'notifications/cancelled' }],
  ])('passes %s', (_, headers, message) => {
    expect(failureOf(() => checkMcpHeaders(headers, [message]))).toBeUndefined();
  });

  test.each([
    ['another method', { 'mcp-method': 'tools/list' }, [call('a')]],
    ['the method in another case', { 'mcp-method': 'Tools/call' }, [call('a')]],
    ['a method for a response', { 'mcp-method': 'tools/call' }, [{ id: 1 }]],
    ['another name', { 'mcp-method': 'tools/call', 'mcp-name': 'b' }, [call('a')]],
    ['two values', { 'mcp-name': 'a, b' }, [call('a')]],
    ['another name in Base64', { 'mcp-name': base64('b') }, [call('a')]],
    ['Base64 in another spelling', { 'mcp-name': '=?base64?YR==?=' }, [call('a')]],
    ['Base64 without padding', { 'mcp-name': '=?base64?YQ?=' }, [call('a')]],
    ['Base64 of bytes that are not UTF-8', { 'mcp-name': '=?base64?/w==?=' }, [call('a')]],
    [
      'the name of a resource',
      { 'mcp-name': 'a' },
      [{ id: 3, method: 'resources/read', params: { name: 'a', uri: 'b' } }],
    ],
    ['a batch', { 'mcp-method': 'tools/call' }, [call('a'), call('b')]],
  ])('refuses %s', (_, headers, messages) => {
    expect(failureOf(() => checkMcpHeaders(headers, messages))).toMatchObject({
      status: 400,
      code: 'header_mismatch',
      rpc: { code: -32020, data: { mismatch: { header: expect.any(String), body: expect.any(String) } } },
    });
  });

  test('quotes no more of either than helps', () => {
    const long = failureOf(() => checkMcpHeaders({ 'mcp-name': 'y'.repeat(5000) }, [call('x'.repeat(5000))]));
    const method = failureOf(() => checkMcpHeaders({ 'mcp-method': 'a' }, [{ id: 1, method: 'x\x1b'.repeat(5000) }]));
    for (const failure of [long, method]) {
      const shown = JSON.stringify([failure?.message, failure && 'rpc' in failure && failure.rpc]);
      expect(shown.length).toBeLessThan(1000);
      expect(shown).not.toContain('u001b');
    }
  });

  test('answers the request by its id', () => {
    const failure = failureOf(() => checkMcpHeaders({ 'mcp-method': 'x' }, [call('a')]));
    expect(failure).toMatchObject({ rpc: { id: 3 } });
  });
});

test('versionMismatch compares the header with the body of the modern era', () => {
  const message = { method: 'ping', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } };
  const header = (version: string) => ({ 'mcp-protocol-version': version });
  expect(versionMismatch(header('2025-11-25'), [message])).toEqual({ header: '2025-11-25', body: '2026-07-28' });
  expect(versionMismatch(header('2026-07-28'), [message])).toBeUndefined();
  expect(versionMismatch({}, [message])).toBeUndefined();
  expect(versionMismatch(header('2025-11-25'), [{ method: 'ping' }])).toBeUndefined();
  expect(versionMismatch(header('2025-11-25'), undefined)).toBeUndefined();
});
