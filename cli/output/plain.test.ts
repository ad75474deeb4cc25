import { expect, test } from 'vitest';
import { plain } from './plain.ts';

test.each([
  ['colours', '\u001B[31mred\u001B[0m', 'red'],
  ['the title of the window', '\u001B]0;pwned\u0007hi', 'hi'],
  ['a link', '\u001B]8;;https://evil.example\u001B\\ok', 'ok'],
  ['a sequence within a sequence', '\u001B\u001B[31m[2Jhi', '\uFFFD[2Jhi'],
  ['moving back over the line', 'rm -rf /\rls', 'rm -rf /\uFFFDls'],
  ['8-bit controls', '\u009B2Jhi\u0085', 'hi\uFFFD'],
  ['text that turns around', 'a\u202Eb', 'a\uFFFDb'],
  ['line ends of Windows and tabs', 'a\tb\r', 'a\tb'],
  ['words of any script', '日本 é 👩‍🚀', '日本 é 👩‍🚀'],
])('%s', (_, line, safe) => {
  expect(plain(line)).toBe(safe);
});
