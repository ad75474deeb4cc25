import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { groupUsage } from './group-usage.ts';

/** The leader of a group that runs this shell script; it ends with the test. */
async function group(script: string): Promise<{ pid: number } & AsyncDisposable> {
  const child = spawn('/bin/sh', ['-c', `echo; ${script}`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const dispose = async (): Promise<void> => {
    process.kill(-pid, 'SIGKILL');
    await once(child, 'exit');
  };
  return { pid, [Symbol.asyncDispose]: dispose };
}

const NODE = `'${process.execPath}'`;

test('memory and cores of everything in the group, and of nothing else', async () => {
  await using idle = await group('sleep 1000 & wait');
  await using busy = await group(`${NODE} -e 'const b = Buffer.alloc(2 ** 26, 1); for (;;) b[0]++' & wait`);
  const rest = await group('exit 0 & wait; sleep 1000');
  await rest[Symbol.asyncDispose]();
  await expect
    .poll(async () => (await groupUsage([busy.pid])).get(busy.pid)?.memoryBytes, { timeout: 20_000 })
    .toBeGreaterThan(2 ** 26);
  const usage = await groupUsage([idle.pid, busy.pid, rest.pid]);
  expect(new Set(usage.keys())).toEqual(new Set([idle.pid, busy.pid]));
  expect(usage.get(idle.pid)).toMatchObject({ cpuCores: 0 });
  expect(usage.get(idle.pid)?.memoryBytes).toBeLessThan(2 ** 25);
  expect(usage.get(busy.pid)?.cpuCores).toBeGreaterThan(0.05);
});

test('nothing is asked for, and nothing is measured', async () => {
  expect((await groupUsage([])).size).toBe(0);
});
