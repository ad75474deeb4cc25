import { expect, test } from 'vitest';
import { loopHeader } from './loop-rule.ts';

const OWN = 'https://MCP.example.com:8443';

test('who sends a request far adds its name', () => {
  expect(loopHeader({}, OWN)).toBe('mcp.example.com:8443');
  expect(loopHeader({ 'cdn-loop': 'other.example.com; x=1, cdn' }, OWN)).toBe(
    'other.example.com; x=1, cdn, mcp.example.com:8443',
  );
});

test.each(['mcp.example.com:8443', 'cdn, MCP.example.com:8443; hop=2 , other', 'x'.repeat(2000)])(
  '%s was here before, or nobody can tell',
  (value) => {
    expect(() => loopHeader({ 'cdn-loop': value }, OWN)).toThrow(/leads back/);
  },
);
