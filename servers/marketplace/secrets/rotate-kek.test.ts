import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { homePaths } from '../../../core/home.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { connectModern } from '../../../test/support/eras.ts';
import { createIdentities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { startMarketplace } from '../main.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ROOT = join(import.meta.dirname, '../../..');
const NAMES = ['ONE', 'TWO', 'THREE'];

/** `mooring rotate-kek`, which dies at this step; undefined: it lives. */
async function rotate(home: string, killAt?: number, env: NodeJS.ProcessEnv = {}) {
  const { PATH, HOME } = process.env;
  const killer = { NODE_OPTIONS: `--import ${join(ROOT, 'test/support/kill-at-query.ts')}`, KILL_AT: String(killAt) };
  const child = spawn(join(ROOT, 'bin/mooring'), ['rotate-kek', '--home', home], {
    env: { PATH, HOME, ...env, ...(killAt !== undefined && killer) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, killed: signal === 'SIGKILL', output };
}

async function vault() {
  const folder = await temporaryFolder();
  const paths = homePaths(folder);
  const kek = paths.secret('marketplace-kek', 'kek');
  const databaseUrl = await testDatabase('marketplace');
  await writePrivateFile(kek, newKek());
  await writePrivateFile(paths.secret('marketplace-database', 'DATABASE_URL'), databaseUrl);
  const identities = await createIdentities();
  const server = await startMarketplace({ ...identities.env, MOORING_KEK_FILE: kek, DATABASE_URL: databaseUrl });
  await vi.waitFor(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200), { timeout: 10_000 });
  const headers = await identities.headers({ subject: 'ada', scopes: ['user', 'secrets:read'] });
  const call = async (tool: string, input: Record<string, unknown>) => {
    await using client = await connectModern(`${server.url}/mcp`, headers);
    return await client.call(tool, input);
  };
  for (const name of NAMES) await call('manage_secrets', { action: 'set', name, value: `value of ${name}` });
  return {
    home: folder,
    kek,
    databaseUrl,
    call,
    keys: async () => (await readFile(kek, 'utf8')).split('\n').filter(Boolean),
    read: async () => (await call('get_secrets', { names: NAMES })).structuredContent,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await identities[Symbol.asyncDispose]();
    },
  };
}
const ALL = { secrets: NAMES.map((name) => ({ name, value: `value of ${name}`, version: 1 })) };

test('a rotation replaces the key while the server runs; ciphertexts stay, and the old key opens nothing more', async () => {
  await using place = await vault();
  const [old = ''] = await place.keys();
  const sealed = async (): Promise<{ ciphertext: string; encrypted_key: string }[]> => {
    const client = new Client({ connectionString: place.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `select sealed->>'ciphertext' as ciphertext, sealed->>'encrypted_key' as encrypted_key from secrets order by name`,
    );
    await client.end();
    return rows as { ciphertext: string; encrypted_key: string }[];
  };
  const before = await sealed();
  const { code, output } = await rotate(place.home);
  expect([code, output]).toEqual([0, 'Data keys wrapped anew: 3. Old key encryption keys: 1 removed.\n']);
  const keys = await place.keys();
  expect(keys).toHaveLength(1);
  expect(keys).not.toContain(old);
  expect((await stat(place.kek)).mode & 0o777).toBe(0o600);
  expect(await place.read()).toEqual(ALL);
  const after = await sealed();
  expect(after.map(({ ciphertext }) => ciphertext)).toEqual(before.map(({ ciphertext }) => ciphertext));
  expect(after.map((row) => row.encrypted_key)).not.toEqual(before.map((row) => row.encrypted_key));
  await writeFile(place.kek, old);
  expect(await place.call('get_secrets', { names: ['ONE'] })).toHaveProperty('isError', true);
});

test('a rotation that dies at any step loses nothing, and the next one carries on', { timeout: 240_000 }, async () => {
  await using place = await vault();
  let deaths = 0;
  // A rotation of three secrets has about 40 steps; the first that lives ends the test.
  for (let killAt = 0, lived = false; !lived; killAt += 2) {
    const { killed, output } = await rotate(place.home, killAt);
    lived = !killed;
    deaths += Number(killed);
    expect((await place.keys()).length, output).toBeLessThanOrEqual(2);
    expect(await place.read(), `killed at ${killAt}`).toEqual(ALL);
    // What is new meanwhile opens as well.
    await place.call('manage_secrets', { action: 'rotate', name: 'ONE', value: 'value of ONE' });
    const [first] = ((await place.read()) as typeof ALL).secrets;
    expect(first?.value).toBe('value of ONE');
    await place.call('manage_secrets', { action: 'delete', name: 'ONE' });
    await place.call('manage_secrets', { action: 'set', name: 'ONE', value: 'value of ONE' });
  }
  expect(deaths).toBeGreaterThan(5);
  expect((await rotate(place.home)).code).toBe(0);
  expect(await place.keys()).toHaveLength(1);
  expect(await place.read()).toEqual(ALL);
});

test('in a pod, whose keys are a Secret, it wraps with the key that somebody put in front', async () => {
  await using place = await vault();
  const env = { MOORING_KEK_FILE: place.kek, DATABASE_URL: place.databaseUrl };
  const alone = await rotate('/nowhere', undefined, env);
  expect([alone.code, alone.output]).toEqual([1, expect.stringContaining('in front of the old one')]);
  const [old = ''] = await place.keys();
  const fresh = newKek();
  await writeFile(place.kek, `${fresh}\n${old}\n`);
  expect((await rotate('/nowhere', undefined, env)).output).toContain('1 may be removed from Secret marketplace-kek');
  expect(await place.keys()).toEqual([fresh, old]);
  await writeFile(place.kek, fresh);
  expect(await place.read()).toEqual(ALL);
});
