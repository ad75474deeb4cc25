import { expect, test } from 'vitest';
import { foreignCandidate } from './candidate.ts';

test.each(['create_skill', 'team/notes', 'a.b-c', '2fa', 'C++'])('%s is offered', (value) => {
  expect(foreignCandidate(value)).toEqual([{ value, description: '' }]);
});

test.each([
  '$(reboot)',
  '`reboot`',
  'a;reboot',
  'a b',
  "a'b",
  'a"b',
  '--force',
  'a\nb',
  'a\tb',
  '../x',
  '~root',
  '',
  'x'.repeat(129),
])('a shell is never given %j', (value) => {
  expect(foreignCandidate(value)).toEqual([]);
});

test('what is said of it is one short line that moves nothing', () => {
  expect(foreignCandidate('a', 'one\u001B[2J\ttwo\nthree')).toEqual([
    { value: 'a', description: 'one\uFFFD[2J two three' },
  ]);
  expect(foreignCandidate('a', 'x'.repeat(200))[0]?.description).toHaveLength(80);
});
