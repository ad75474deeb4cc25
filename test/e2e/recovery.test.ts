import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { run, startMooring, until, waitReady, type RunningMooring } from '../support/mooring.ts';
import { processesOf } from '../support/processes-of.ts';

async function marketplacePid(mooring: RunningMooring): Promise<number> {
  const pids = await processesOf(mooring.home);
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
  expect(await processesOf(mooring.home)).toEqual([]);
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
  await until(async () => (await processesOf(mooring.home)).length === 0, 'the end of every child process');
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
