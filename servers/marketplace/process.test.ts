import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connectModern } from '../../test/support/eras.ts';
import { createIdentities } from '../../test/support/identities.ts';
import { testAdminUrl, testDatabase } from '../../test/support/postgres.ts';
import { Client } from 'pg';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

/** `mooring server marketplace`, as the platform starts it. */
function startProcess(env: NodeJS.ProcessEnv) {
  const { PATH, HOME } = process.env;
  const child = spawn(MOORING, ['server', 'marketplace'], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; url?: string });
  const said = async (text: string) =>
    vi.waitFor(() => {
      const line = lines().find(({ msg }) => msg.includes(text));
      if (!line) throw new Error(`never said "${text}": ${output}`);
      return line;
    }, 15_000);
  return { child, said, output: () => output };
}

test('as a process: SIGTERM lets the running call end, then it is gone with code 0', async () => {
  await using identities = await createIdentities();
  const DATABASE_URL = await testDatabase('marketplace');
  const { child, said, output } = startProcess({ ...identities.env, DATABASE_URL });
  const ended = once(child, 'exit');
  try {
    const { url = '' } = await said('listening');
    await said('database is up to date');
    const headers = await identities.headers({ subject: 'ada', scopes: ['user', 'tools:read'] });
    await using client = await connectModern(`${url}/mcp`, headers);

    // Somebody else locks the table, so that the call is under way when the signal comes.
    const locker = new Client({ connectionString: await testAdminUrl() });
    await locker.connect();
    const schema = new URL(DATABASE_URL).username;
    await locker.query(`begin; lock table ${schema}.skills`);
    const call = client.call('create_skill', { name: 'last', description: 'Last.', content: 'x' });
    // Where the test fails before it is looked at, its end is not a second failure.
    call.catch(() => {});
    await vi.waitFor(async () => {
      const { rows } = await locker.query(
        `select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`,
        [schema],
      );
      expect(rows).toHaveLength(1);
    }, 15_000);
    child.kill('SIGTERM');
    await said('stopping');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    await locker.query('rollback');
    await locker.end();

    expect((await call).structuredContent).toMatchObject({ skill: { name: 'last' } });
    expect(await ended).toEqual([0, null]);
    expect(output()).not.toContain(new URL(DATABASE_URL).password);
  } finally {
    child.kill('SIGKILL');
  }
});

test('as a process: says what is wrong with its environment and ends', async () => {
  const { child, output } = startProcess({ DATABASE_URL: 'postgresql://u:hunter2@h/d' });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
  expect(output()).toMatch(/MOORING_SERVER.*MOORING_IDENTITY_JWKS/);
  expect(output()).not.toContain('hunter2');
});
