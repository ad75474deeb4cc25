import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { run, startMooring, until, waitReady, type RunningMooring } from '../support/mooring.ts';

/** Every process that belongs to this state folder: its path is in the command line or the environment. */
async function processesOf(mooring: RunningMooring): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const belongs = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map(async (file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return [command, environment, cwd].some((text) => text?.includes(mooring.home));
    }),
  );
  return pids.filter((pid, index) => belongs[index] && pid !== process.pid);
}

async function marketplacePid(mooring: RunningMooring): Promise<number> {
  const pids = await processesOf(mooring);
  const commands = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids[commands.findIndex((command) => command.includes('server\0marketplace'))] ?? 0;
}

test('the marketplace is killed and comes back; nothing is lost', async () => {
  await using mooring = await startMooring();
  const token = await mooring.token('marketplace');
  const endpoint = mooring.endpoint('marketplace');
  await callTool(endpoint, 'create_skill', { name: 'kept', description: 'd', content: 'c' }, token);

  process.kill(await marketplacePid(mooring), 'SIGKILL');
  await until(
    async () => (await callTool(endpoint, 'list_skills', {}, token).catch(() => '')).includes('kept'),
    'the marketplace to answer again',
  );
  await waitReady(mooring, 'marketplace');
});

test('a restart of everything keeps tokens and skills, with new keys too; stopping leaves nothing behind', async () => {
  await using mooring = await startMooring();
  const token = await mooring.token('marketplace');
  await callTool(
    mooring.endpoint('marketplace'),
    'create_skill',
    { name: 'kept', description: 'd', content: 'c' },
    token,
  );

  await mooring.stop();
  expect(await processesOf(mooring)).toEqual([]);
  await mooring.cli('rotate-keys');
  await mooring.start();
  expect(await callTool(mooring.endpoint('marketplace'), 'list_skills', {}, token)).toContain('kept');
});

test('SIGKILL leaves nothing running, and the next start recovers', async () => {
  await using mooring = await startMooring();
  const token = await mooring.token('marketplace');
  await callTool(
    mooring.endpoint('marketplace'),
    'create_skill',
    { name: 'kept', description: 'd', content: 'c' },
    token,
  );

  await mooring.stop('SIGKILL');
  await until(async () => (await processesOf(mooring)).length === 0, 'the end of every child process');
  await mooring.start();
  expect(await callTool(mooring.endpoint('marketplace'), 'list_skills', {}, token)).toContain('kept');
});

test('a second Mooring on the same state folder is refused and disturbs nothing', async () => {
  await using mooring = await startMooring();
  const { code, stderr } = await run('bin/mooring', ['up', '--home', mooring.home, '--port', '39998']);
  expect(code).toBe(1);
  expect(stderr).toContain('home_in_use');
  expect(await mooring.token('marketplace')).toMatch(/^ey/);
});

test('without MOORING_ADMIN_PASSWORD and without a terminal the password lies in a private file', async () => {
  await using mooring = await startMooring({ env: { MOORING_ADMIN_PASSWORD: undefined } });
  const file = join(mooring.home, 'admin-password');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const password = (await readFile(file, 'utf8')).trim();
  expect(password.length).toBeGreaterThanOrEqual(16);
  expect(mooring.output()).not.toContain(password);
  for (const name of ['control.sock', 'keys/gateway.json', 'keys/operator.json']) {
    expect((await stat(join(mooring.home, name))).mode & 0o077).toBe(0);
  }
});
