import { expect, test } from 'vitest';
import { otherName } from './other-name.ts';

const said = (claimed: string): string =>
  otherName({ origin: 'https://asked.example', claimed, advice: 'Sign in there: mooring login' }).message;

test.each([
  ['https://mcp.example.com/api/v1/mcp/registry', 'https://mcp.example.com'],
  ['http://[::1]:8080/x', 'http://[::1]:8080'],
])('%s is a name', (claimed, name) => {
  expect(said(claimed)).toBe(`https://asked.example calls itself ${name}. Sign in there: mooring login ${name}`);
});

test.each([
  'https://x$(touch${ifs}a)y.example',
  'https://x`id`.example',
  "https://x'.example",
  'https://x;id.example',
  'https://x&id.example',
  'https://x*y.example',
  'javascript:alert(1)',
  'no URL',
])('%s is not repeated, least of all in a command', (claimed) => {
  expect(said(claimed)).toBe(
    'https://asked.example calls itself by something that is no name of a gateway. Ask its owner for its URL.',
  );
});
