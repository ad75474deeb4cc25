import { expect, test } from 'vitest';
import { gatewayRoute } from './gateway-route.ts';

const IN_POD = {
  MOORING_PUBLIC_URL: 'https://mcp.example.com',
  MOORING_GATEWAY_ADDRESS: 'http://mooring-gateway:8080',
};

test.each([
  ['https://mcp.example.com/oauth/token?a=b', 'http://mooring-gateway:8080/oauth/token?a=b'],
  ['https://mcp.example.com//elsewhere.example/x', 'http://mooring-gateway:8080//elsewhere.example/x'],
  ['https://mcp.example.com:8443/x', 'https://mcp.example.com:8443/x'],
  ['http://mcp.example.com/x', 'http://mcp.example.com/x'],
  ['https://mcp.example.com.attacker.example/x', 'https://mcp.example.com.attacker.example/x'],
])('in a pod %s leads to %s', (url, where) => {
  expect(gatewayRoute(url, IN_POD).href).toBe(where);
});

test('elsewhere every URL leads to itself', () => {
  const url = 'https://mcp.example.com/x';
  for (const env of [{}, { MOORING_PUBLIC_URL: IN_POD.MOORING_PUBLIC_URL }, { ...IN_POD, MOORING_GATEWAY_ADDRESS: '' }])
    expect(gatewayRoute(url, env).href).toBe(url);
});
