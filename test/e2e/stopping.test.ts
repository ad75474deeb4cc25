import { expect, test } from 'vitest';
import { startMooring, until } from '../support/mooring.ts';
import { processesOf } from '../support/processes-of.ts';
import { isRunning, withDescendants } from '../support/processes.ts';

test.each(['SIGTERM', 'SIGKILL'] as const)('%s to npm alone ends everything', async (signal) => {
  await using mooring = await startMooring();
  const family = withDescendants(mooring.pid);
  const commands = family.map(({ command }) => command).join('\n');
  for (const part of ['main.ts up', 'server marketplace', 'postgres']) expect(commands).toContain(part);

  process.kill(mooring.pid, signal);
  await until(async () => !family.some(({ pid }) => isRunning(pid)), 'the end of everything that npm started');
  expect(await processesOf(mooring.home)).toEqual([]);
});
