import { expect, test } from 'vitest';
import { aboutPlace } from './needed-place.ts';

test.each([
  ["error: unknown option '--gateway'\n", 'rotate-keys', /^error: `mooring rotate-keys` .*this machine.*--home\.\n$/],
  ["error: unknown option '--context=kind'\n", 'up', /--home.*chart/],
  ["error: unknown option '-n'\n", 'build', /files of this machine/],
  ["error: unknown option '--gateway'\n(Did you mean --x?)\n", 'login', /mooring login https:/],
])('%j of %s says where it works', (error, command, said) => {
  expect(aboutPlace(error, command)).toMatch(said);
});

test.each([
  ["error: unknown option '--gatewa'\n", 'up'],
  ["error: unknown option '--gateway'\n", 'no-such-command'],
  ["error: option '--port <port>' argument 'x' is invalid.\n", 'up'],
])('%j of %s stays as it is', (error, command) => {
  expect(aboutPlace(error, command)).toBe(error);
});
