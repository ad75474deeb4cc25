import { expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

test.each([
  ['a value, wherever it stands', ['s3cret'], 'a s3cret, and xs3cretx', 'a ***, and x***x'],
  ['the longer of two that overlap', ['abcd', 'abcdef'], 'abcdef', '***'],
  ['each line of a value', ['-----BEGIN\nbody+of/key==\n-----END'], '  body+of/key==', '  ***'],
  [
    'the password in a URL',
    ['postgres://u:p%40ssword@h/db'],
    'password "p@ssword" or p%40ssword',
    'password "***" or ***',
  ],
  ['a value as it looks in a URL', ['a b&cd'], '?q=a%20b%26cd', '?q=***'],
  ['no word that is short', ['yes', '', '123'], 'yes, 123', 'yes, 123'],
  ['no pattern', ['a.*b'], 'axxb a.*b', 'axxb ***'],
])('masks %s', (_, values, line, expected) => {
  expect(maskSecrets(values)(line)).toBe(expected);
});
