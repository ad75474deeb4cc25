import { expect, test } from 'vitest';
import { expandVariables } from './expand-variables.ts';

/** Cases of k8s.io/kubernetes/third_party/forked/golang/expansion/expand_test.go. */
test.each([
  ['$(VAR_A)', 'A'],
  ['___$(VAR_B)___', '___B___'],
  ['$(VAR_A)$(VAR_B)', 'AB'],
  ['$$(VAR_A)', '$(VAR_A)'],
  ['$$$(VAR_A)', '$A'],
  ['$$$$(VAR_A)', '$$(VAR_A)'],
  ['$(VAR_DNE)', '$(VAR_DNE)'],
  ['$VAR_A', '$VAR_A'],
  ['foo$$bar', 'foo$bar'],
  ['$(', '$('],
  ['$(VAR_A', '$(VAR_A'],
  ['\n$(VAR_A)', '\nA'],
  ['$', '$'],
  ['$(VAR_EMPTY)', ''],
  ['$(VAR_REF)', '$(VAR_A)'],
  ['$()', '$()'],
  ['$(__proto__)', '$(__proto__)'],
])('%j becomes %j', (text, expected) => {
  expect(expandVariables(text, { VAR_A: 'A', VAR_B: 'B', VAR_EMPTY: '', VAR_REF: '$(VAR_A)' })).toBe(expected);
});
