import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { killMarked } from './kill-marked.ts';

const MINE = {
  PORT: '5001',
  MOORING_SERVER: 'default/kill-marked',
  MOORING_IDENTITY_JWKS: '/home-of-a-test/jwks.json',
};

function run(env: Record<string, string>) {
  const child = spawn('sleep', ['61'], { env: { PATH: '/usr/bin:/bin', ...env }, detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: once(child, 'exit') };
}

test.runIf(process.platform === 'linux')('ends what has every mark, and nothing that lacks one', async () => {
  const marked = run(MINE);
  const others = [
    run({ ...MINE, PORT: '50010' }),
    run({ ...MINE, MOORING_SERVER: 'default/kill' }),
    run({ ...MINE, MOORING_IDENTITY_JWKS: '/home-of-a-test/jwks.json2' }),
  ];
  await Promise.all([marked, ...others].map(async ({ child }) => child.pid ?? once(child, 'spawn')));
  expect(await killMarked([])).toBe(0);
  expect(await killMarked(Object.entries(MINE).map((entry) => entry.join('=')))).toBe(1);
  expect(await marked.ended).toEqual([null, 'SIGKILL']);
  expect(others.map(({ child }) => child.signalCode)).toEqual([null, null, null]);
});
