import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { connectModern, type ToolResult } from '../../../test/support/eras.ts';
import { createIdentities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runMarketplace } from '../testing/marketplace.ts';
import { startMarketplaceProcess } from '../testing/marketplace-process.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ADA = { subject: 'ada', scopes: ['user', 'secrets:read'] };
const ACTS = ['set', 'rotate', 'rotate', 'delete', 'set'].map((action, n) => ({ action, value: `FAKE-${n}` }));
/** What is there after so many acts. */
const AFTER = [undefined, 'FAKE-0', 'FAKE-1', 'FAKE-2', undefined, 'FAKE-4'];

/** Does `ACTS` one after the other, in a process that kills itself at this step. */
async function actUntilDead(env: NodeJS.ProcessEnv, killAt: number, headers: Record<string, string>) {
  await using server = await startMarketplaceProcess(
    { ...env, KILL_AT: String(killAt) },
    { preload: 'kill-at-query.ts' },
  );
  const results: ToolResult[] = [];
  const client = server.url && (await connectModern(`${server.url}/mcp`, headers).catch(() => undefined));
  for (const { action, value } of client ? ACTS : []) {
    const input = { name: 'ONE', action, ...(action !== 'delete' && { value }) };
    const result =
      client && (await Promise.race([client.call('manage_secrets', input), server.ended]).catch(() => null));
    if (!result || typeof result === 'string') break;
    results.push(result);
  }
  const lived = results.length === ACTS.length;
  return { lived, results, hadStarted: server.url !== undefined, signal: lived ? undefined : await server.ended };
}

test('a server that is killed at any query has made its tables, set, rotated or deleted a secret, or not begun', async () => {
  await using identities = await createIdentities();
  const kek = join(await temporaryFolder(), 'kek');
  await writePrivateFile(kek, newKek());
  const deaths = { start: 0, act: 0 };
  // Steps are about 60 of a start that makes the tables, and 14 of each act; the first that lives ends the test.
  for (let killAt = 1, lived = false; !lived; killAt += 9) {
    const place = { MOORING_KEK_FILE: kek, DATABASE_URL: await testDatabase('marketplace') };
    const life = await actUntilDead({ ...identities.env, ...place }, killAt, await identities.headers(ADA));
    lived = life.lived;
    expect(life.signal, `killed at step ${killAt}`).toBe(lived ? undefined : 'SIGKILL');
    expect(life.results.filter(({ isError }) => isError)).toEqual([]);
    if (!lived) deaths[life.hadStarted ? 'act' : 'start'] += 1;

    await using after = await runMarketplace(place);
    await using ada = await after.connect(ADA);
    const read = await ada
      .call<{ secrets: { value: string }[] }>('get_secrets', { names: ['ONE'] })
      .then(({ secrets }) => secrets[0]?.value)
      .catch((error: Error) => (error.message.includes('no secret') ? undefined : error.message));
    const { audit } = await ada.call<{ audit: { action: string }[] }>('manage_secrets', { action: 'audit' });
    const done = audit.filter(({ action }) => action !== 'read').length;
    // The act that was not answered has happened whole, its note included, or not at all.
    expect([life.results.length, life.results.length + 1], `killed at step ${killAt}`).toContain(done);
    expect(read, `killed at step ${killAt}`).toBe(AFTER[done]);
  }
  expect(deaths.start).toBeGreaterThan(2);
  expect(deaths.act).toBeGreaterThan(4);
}, 240_000);
