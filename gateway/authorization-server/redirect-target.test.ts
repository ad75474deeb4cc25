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
  ['vscode://publisher.extension/callback', { kind: 'app', scheme: 'vscode' }],
  ['msauth.com.example:/callback', { kind: 'app', scheme: 'msauth.com.example' }],
  ['filer:/callback', { kind: 'app', scheme: 'filer' }],
])('%s', (uri, target) => expect(redirectTarget(uri)).toEqual(target));

test.each([
  'ws://a/',
  'wss://a/',
  'ftp://a/',
  'mailto:a@b.example',
  'view-source:https://a/',
  'chrome://settings',
  'smb://a/b',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'DATA:text/html,x',
  'blob:https://a/1',
  'about:blank',
  'ms-msdt:/id',
  'search-ms:query=x',
  'intent://a#Intent;end',
  'x-apple.systempreferences:',
  'chrome-extension://a/b',
  'tel:1',
])('%s belongs to no app', (uri) => expect(redirectTarget(uri)).toBeUndefined());
