import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { kubeconfigConnection } from './kubeconfig.ts';

const TOKEN = 'c2VjcmV0LXRva2Vu';

/** What is thrown, with everything that a log would write of it. */
function thrown(path: string): { message: string; all: string } {
  try {
    kubeconfigConnection([path]);
  } catch (error) {
    const { message, stack, cause } = error as Error;
    return { message, all: `${message}${stack}${String(cause)}` };
  }
  throw new Error('it was taken');
}

test.each([
  ['a bad line', `users:\n- name: me\n  user:\n    token: ${TOKEN}: x\n`, 'line 4: '],
  ['an open quote', `users:\n- name: me\n  user: {token: "${TOKEN}\n`, 'line '],
  ['a tag', `users:\n- name: me\n  user: {token: !${TOKEN} x}\ncurrent-context: [`, 'line '],
  ['an alias that leads nowhere', `users:\n- name: me\n  user: {token: *${TOKEN}}\n`, 'aliases'],
  ['a field of another type', `current-context: {token: ${TOKEN}}\n`, 'current-context'],
])('a file with %s is refused without a word of what is in it', async (_, content, told) => {
  const path = join(await temporaryFolder(), 'config');
  await writeFile(path, content);
  const { message, all } = thrown(path);
  expect(message).toContain(`${path} is no kubeconfig file: `);
  expect(message).toContain(told);
  expect(all).not.toContain(TOKEN);
});

test('a file that is not there is named', () => {
  expect(thrown('/nowhere/config').message).toBe('The kubeconfig file /nowhere/config cannot be read (ENOENT)');
});
