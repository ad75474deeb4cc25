import { expect, test } from 'vitest';
import { gatewayOrigin } from './gateway-origin.ts';

test.each([
  ['https://mcp.example.com', 'https://mcp.example.com'],
  ['https://mcp.example.com/api/v1/mcp/weather/mcp?x#y', 'https://mcp.example.com'],
  ['HTTPS://MCP.example.com:443/', 'https://mcp.example.com'],
  ['http://localhost:8080/', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('%s means %s', (text, origin) => {
  expect(gatewayOrigin(text)).toBe(origin);
});

test.each([
  ['http://mcp.example.com', 'Use https'],
  ['http://localhost.example.com', 'Use https'],
  ['ftp://mcp.example.com', 'no URL of a gateway'],
  ['mcp.example.com', 'no URL of a gateway'],
  ['file:///etc/passwd', 'no URL of a gateway'],
  ['https://user:secret@mcp.example.com', 'Leave name and password out'],
])('%s is refused', (text, message) => {
  const act = (): string => gatewayOrigin(text);
  expect(act).toThrow(message);
  expect(act).not.toThrow('secret');
});
