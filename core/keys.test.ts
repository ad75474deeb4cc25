import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadKeyFile, newKey, publicPart, rotated, type KeyRing } from './keys.ts';

const PURPOSES = { tokens: 'ES256', seal: 'HS256' } as const;
const newPath = async () => join(await mkdtemp(join(tmpdir(), 'mooring-keys-')), 'keys', 'gateway.json');

test('keys are made on first start, kept, and readable by their owner only', async () => {
  const path = await newPath();
  const first = await loadKeyFile(path, PURPOSES);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(loadKeyFile(path, PURPOSES)).resolves.toEqual(first);
});

test('a new purpose is added and disturbs no key that is there', async () => {
  const path = await newPath();
  const { tokens } = await loadKeyFile(path, { tokens: 'ES256' });
  const more = await loadKeyFile(path, PURPOSES);
  expect(more.tokens).toEqual(tokens);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(more);
});

test('the public part holds nothing private', async () => {
  for (const alg of ['ES256', 'HS256'] as const) {
    const shown = publicPart(await newKey(alg));
    expect(shown).not.toHaveProperty('d');
    expect(shown).not.toHaveProperty('k');
  }
});

test('rotation: the new key signs, the old one verifies until what it signed expires', async () => {
  const old = { ...(await newKey('ES256')), iat: 1000 };
  const ring: KeyRing = [old];
  const once = await rotated(ring, 600, 2000);
  expect(once.map((key) => key.kid)).toEqual([expect.not.stringContaining(old.kid), old.kid]);

  // The first rotation retired `old` at the second key's iat, which is now.
  const soon = await rotated(once, 600, once[0].iat + 599);
  expect(soon.map((key) => key.kid)).toContain(old.kid);
  const late = await rotated(once, 600, once[0].iat + 601);
  expect(late.map((key) => key.kid)).not.toContain(old.kid);
  expect(late.map((key) => key.kid)).toContain(once[0].kid);
});
