import { expect, test } from 'vitest';
import { startMooring, until } from '../support/mooring.ts';
import { processesOf } from '../support/processes-of.ts';

test.each(['SIGTERM', 'SIGKILL'] as const)('%s to npm alone ends everything', async (signal) => {
  await using mooring = await startMooring();
  // npm, Mooring, the marketplace, PostgreSQL and those who watch over them.
  expect((await processesOf(mooring.home)).length).toBeGreaterThan(4);

  process.kill(mooring.pid, signal);
  await until(async () => (await processesOf(mooring.home)).length === 0, 'the end of every process');
});
