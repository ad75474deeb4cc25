import { expect, test } from 'vitest';
import { maskCredentials } from './mask-credentials.ts';

test.each([
  ['a password in a URL', 'connect postgres://app:s3cr:et@db/x failed', 'connect postgres://app:***@db/x failed'],
  ['a header', 'Authorization: Bearer abc.def-ghi_jkl', 'Authorization: Bearer ***'],
  ['a JWT', 'token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln rest', 'token *** rest'],
  ['an assignment', 'DB_PASSWORD=hunter2 PORT=80', 'DB_PASSWORD=*** PORT=80'],
  ['a member of JSON', '{"api_key": "k-123", "port": 80}', '{"api_key": "***", "port": 80}'],
  ['a line of YAML', 'clientSecret: abcdef\nnext: line', 'clientSecret: ***\nnext: line'],
  ['a known prefix', 'using ghp_0123456789abcdefABCDEF now', 'using *** now'],
  ['a key of Stripe', 'using sk_live_4eC39HqLyjWDarjtT1zdp7dc now', 'using *** now'],
  ['an access token of Google', 'using ya29.a0AfH6SMBx-0123456789 now', 'using *** now'],
  [
    'a private key',
    '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nx',
    '-----BEGIN EC PRIVATE KEY----- ***\nx',
  ],
  ['a quoted value with spaces', 'PASSWORD="correct horse, battery" x', 'PASSWORD="***" x'],
  ['a password in a URL with @ and /', 'postgres://app:pa@ss/word@db/x', 'postgres://app:***@db/x'],
  ['an option', 'run --db-password hunter2 --port 80', 'run --db-password *** --port 80'],
  ['short names', 'DB_PASS=hunter2 MY_KEK=abcdef pwd=hunter2', 'DB_PASS=*** MY_KEK=*** pwd=***'],
  [
    'the end of a private key',
    'MHcCAQEEIAbcdefghijk\nabcdefghijklmnopqrst\n-----END PRIVATE KEY-----',
    '*** -----END PRIVATE KEY-----',
  ],
  ['a private key that was cut', '-----BEGIN PRIVATE KEY-----\nMHcabc', '-----BEGIN PRIVATE KEY----- ***'],
])('masks %s', (_, text, expected) => {
  expect(maskCredentials(text)).toBe(expected);
});

test.each([
  'Error: listen EADDRINUSE: address already in use 0.0.0.0:8080',
  'cannot read /etc/token: no such file',
  'the token has expired',
  'GET http://localhost:8080/mcp 500',
  'at Object.<anonymous> (/app/secret-store.js:10:5)',
])('leaves alone: %s', (text) => {
  expect(maskCredentials(text)).toBe(text);
});

test('a hostile line costs no time, nor does a file of base64', () => {
  const started = performance.now();
  for (const part of [`${'A'.repeat(76)}\n`, 'token', '-']) maskCredentials(part.repeat((256 * 1024) / part.length));
  for (const part of ['a', 'secret', 'eyJ', 'x://', '-----BEGIN PRIVATE KEY', 'token: ', '.'])
    maskCredentials(part.repeat(4096 / part.length));
  expect(performance.now() - started).toBeLessThan(2000);
});
