import { expect, test } from 'vitest';
import { redirectTarget } from './redirect-target.ts';

test.each([
  ['https://claude.ai/api/mcp/auth_callback', { kind: 'web', host: 'claude.ai' }],
  ['https://app.example:8443/x', { kind: 'web', host: 'app.example:8443' }],
  ['http://localhost:3334/oauth/callback', { kind: 'loopback', host: 'localhost:3334' }],
  ['http://127.0.0.1/', { kind: 'loopback', host: '127.0.0.1' }],
  ['http://[::1]:80/', { kind: 'loopback', host: '[::1]' }],
  ['https://localhost/', { kind: 'loopback', host: 'localhost' }],
  ['cursor://anysphere.cursor-mcp/oauth/callback', { kind: 'app', scheme: 'cursor' }],
  ['com.example.app:/callback', { kind: 'app', scheme: 'com.example.app' }],
  ['http://app.example/', undefined],
  ['http://localhost.app.example/', undefined],
  ['http://127.0.0.1.app.example/', undefined],
  ['http://192.168.1.1/', undefined],
  ['callback', undefined],
])('%s', (uri, target) => expect(redirectTarget(uri)).toEqual(target));
