import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../core/embedded-postgres/embedded-postgres.ts';
import { provisionRole } from '../../core/postgres-role.ts';
import { startProcessGuard } from '../../core/process-guard.ts';
import { connectModern } from '../../test/support/eras.ts';
import { createIdentities } from '../../test/support/identities.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { startMarketplace } from './main.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

test('the database may come late, go away and come back', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-away-'));
  const guard = startProcessGuard();
  guard.removeAtEnd(folder);
  const startPostgres = async () =>
    startEmbeddedPostgres({ folder: join(folder, 'postgres'), guard, log: readableLog().log });
  await using identities = await createIdentities();

  let postgres = await startPostgres();
  const DATABASE_URL = await provisionRole(postgres.adminUrl, 'marketplace', 'secret');
  await postgres.stop();

  const server = await startMarketplace({ ...identities.env, DATABASE_URL });
  try {
    const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    const headers = await identities.headers({ subject: 'ada', scopes: ['user', 'tools:read'] });
    await using client = await connectModern(`${server.url}/mcp`, headers);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('list_skills');
    const away = { isError: true, content: [{ text: expect.stringMatching(/database.*cannot be reached.*error id/) }] };
    expect(await client.call('list_skills')).toMatchObject(away);

    postgres = await startPostgres();
    await vi.waitFor(async () => expect(await status('/readyz')).toBe(200), { timeout: 15_000, interval: 50 });
    await client.call('create_skill', { name: 'kept', description: 'Kept.', content: 'x' });

    await postgres.stop();
    for (let call = 0; call < 3; call++) expect(await client.call('list_skills')).toMatchObject(away);
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);

    postgres = await startPostgres();
    expect(await client.call('list_skills')).toMatchObject({ structuredContent: { skills: [{ name: 'kept' }] } });

    // A volume that is not kept: the next database is an empty one.
    await postgres.stop();
    await rm(join(folder, 'postgres'), { recursive: true });
    postgres = await startPostgres();
    expect(await client.call('list_skills')).toMatchObject(away);
    const [, password = ''] = /:([^:@]+)@/.exec(DATABASE_URL) ?? [];
    await provisionRole(postgres.adminUrl, 'marketplace', password);
    const empty = { structuredContent: { skills: [] } };
    await vi.waitFor(async () => expect(await client.call('list_skills')).toMatchObject(empty), { timeout: 15_000 });
  } finally {
    await server.stop();
    await postgres.stop();
    await guard.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
