import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { loadKeyFile, newKey, publicPart, rotateKeyFile } from './keys.ts';

const PURPOSES = { tokens: 'ES256', seal: 'HS256' } as const;
const newPath = async () => join(await temporaryFolder(), 'keys', 'gateway.json');

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

test('rotation: the new key signs, an old one verifies until what it signed expires', async () => {
  const path = await newPath();
  const [first] = (await loadKeyFile(path, { tokens: 'ES256' })).tokens;
  const rotate = async (now: number): Promise<string[]> => {
    await rotateKeyFile(path, { tokens: 'ES256' }, { tokens: 600 }, now);
    return (await loadKeyFile(path, { tokens: 'ES256' })).tokens.map((key) => key.kid);
  };
  const once = await rotate(first.iat);
  expect(once).toEqual([expect.not.stringContaining(first.kid), first.kid]);
  // The first rotation retired it at the second key's iat, which is now.
  expect(await rotate(first.iat + 500)).toContain(first.kid);
  const late = await rotate(first.iat + 700);
  expect(late).not.toContain(first.kid);
  expect(late.length).toBeGreaterThan(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each(['', '{', '{"tokens":[]}', '{"tokens":[{"kty":"EC","d":"hunter2"}]}'])('%j is no key file', async (text) => {
  const path = await newPath();
  await mkdir(dirname(path));
  await writeFile(path, text);
  const refusal = loadKeyFile(path, PURPOSES);
  await expect(refusal).rejects.toMatchObject({ code: 'invalid_key_file' });
  await expect(refusal).rejects.not.toThrow('hunter2');
});
