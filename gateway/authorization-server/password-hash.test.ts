import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

test('a password verifies against its own hash only, whatever form its accents have', async () => {
  const stored = await hashPassword('pässword');
  expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w-]{22}\$[\w-]{43}$/);
  expect(stored).not.toContain('pässword');
  expect(await verifyPassword('pa\u0308ssword', stored)).toBe(true);
  expect(await verifyPassword('Pässword', stored)).toBe(false);
  expect(await verifyPassword('', stored)).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
});

test('without an account the answer is no, after as much work', async () => {
  const stored = await hashPassword('x');
  const time = async (hash: string | undefined) => {
    const started = performance.now();
    await verifyPassword('y', hash);
    return performance.now() - started;
  };
  expect(await verifyPassword('x', undefined)).toBe(false);
  expect(await time(undefined)).toBeGreaterThan((await time(stored)) / 3);
});
