import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, isRunning, runningProcesses } from '../test/support/processes.ts';
import { runScript, type Script } from '../test/support/script.ts';
import { startProcessGuard } from './process-guard.ts';

const START = `
  import { spawn } from 'node:child_process';
  import { startProcessGuard } from %guard%;
  const guard = startProcessGuard(%options%);
  const run = (program) => spawn('/bin/sh', ['-c', program], { detached: true, stdio: 'ignore' }).pid;
`;

const run = (code: string, names: Record<string, unknown> = {}): Script => {
  const guard = new URL('process-guard.ts', import.meta.url).href;
  const script = runScript(START + code, { guard, options: {}, ...names });
  onTestFinished(() => script.kill());
  return script;
};

const guardOf = (script: Script): number =>
  runningProcesses().find(({ parent, command }) => parent === script.pid && command.includes('mooring-guard'))?.pid ??
  -1;

const groupIsGone = (pid: number) => () => !runningProcesses().some(({ group }) => group === pid);

test('what is protected ends after a SIGKILL, groups whole, then folders go, then the guard', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'mooring-guard-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'a  folder with blanks ');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), '');
  const script = run(
    `const group = run('sleep 61 & sleep 62 & wait');
     const single = run('exec sleep 63');
     guard.protect(group, { signal: 'SIGTERM', group: true });
     guard.protect(single, { signal: 'SIGINT', group: false });
     guard.removeAtEnd(%folder%);
     console.log(JSON.stringify([group, single]));
     setInterval(() => {}, 1000);`,
    { folder },
  );
  const [group, single] = JSON.parse(await script.line()) as [number, number];
  await eventually(
    'the group of three runs',
    () => runningProcesses().filter((one) => one.group === group).length === 3,
  );
  const guard = guardOf(script);
  expect(isRunning(guard)).toBe(true);

  await script.kill();
  await eventually('the guard is gone', () => !isRunning(guard));
  expect(groupIsGone(group)()).toBe(true);
  expect(isRunning(single)).toBe(false);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(parent)).toBe(true);
});

test('what does not go gets SIGKILL', async () => {
  const script = run(
    `const stubborn = run("trap '' TERM; sleep 61; sleep 62");
     guard.protect(stubborn, { signal: 'SIGTERM', group: true });
     console.log(stubborn);
     setInterval(() => {}, 1000);`,
    { options: { graceSeconds: 1 } },
  );
  const stubborn = Number(await script.line());
  await eventually('it ignores SIGTERM', () => runningProcesses().filter((one) => one.group === stubborn).length === 2);
  await script.kill();
  await expect.poll(groupIsGone(stubborn), { timeout: 15_000 }).toBe(true);
});

test('what was released is left alone: its id may be somebody else’s by now', async () => {
  const script = run(`
    const [kept, other] = [run('exec sleep 61'), run('exec sleep 62')];
    for (const pid of [kept, other]) guard.protect(pid, { signal: 'SIGTERM', group: true });
    guard.release(kept);
    console.log(JSON.stringify([kept, other]));
    setInterval(() => {}, 1000);`);
  const [kept, other] = JSON.parse(await script.line()) as [number, number];
  onTestFinished(() => void process.kill(kept, 'SIGKILL'));
  await script.kill();
  await eventually('the other one is gone', () => !isRunning(other));
  expect(isRunning(kept)).toBe(true);
});

test('signals of a terminal or a service manager do not end the guard, and it stands in a group of its own', async () => {
  const script = run(`console.log('started'); setInterval(() => {}, 1000);`);
  await script.line();
  const guard = guardOf(script);
  expect(runningProcesses().find(({ pid }) => pid === guard)?.group).toBe(guard);
  // The shell sets its traps after it has started.
  await delay(100);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard, signal);
  await delay(100);
  expect(isRunning(guard)).toBe(true);
  await script.kill();
  await eventually('the guard is gone', () => !isRunning(guard));
});

test('a guard that was killed is replaced by one that knows the same', async () => {
  const script = run(`
    const pid = run('exec sleep 61');
    guard.protect(pid, { signal: 'SIGTERM', group: true });
    console.log(pid);
    setInterval(() => {}, 1000);`);
  const pid = Number(await script.line());
  await delay(1100);
  const first = guardOf(script);
  process.kill(first, 'SIGKILL');
  await eventually('there is another one', () => ![first, -1].includes(guardOf(script)));
  await script.kill();
  await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
});

test('a guard that cannot run is told of', async () => {
  const lost: string[] = [];
  const onLost = (why: string) => void lost.push(why);
  startProcessGuard({ onLost, program: '/no/such/shell' });
  await expect.poll(() => lost).toEqual(['/no/such/shell cannot be started (ENOENT)']);
  startProcessGuard({ onLost, program: '/bin/false' });
  await expect.poll(() => lost[1]).toMatch(/ended as soon as it was started \(exit code 1\)/);
});

test.runIf(process.platform === 'linux')('what left its group ends by its mark, and nobody else does', async () => {
  const script = run(`
    const marked = (mark) => spawn('sleep', ['61'], { detached: true, stdio: 'ignore', env: { ...process.env, MARK: mark } }).pid;
    const [ours, other] = [marked('a b'), marked('a b c')];
    guard.protectMarked('MARK=a b');
    console.log(JSON.stringify([ours, other]));
    setInterval(() => {}, 1000);`);
  const [ours, other] = JSON.parse(await script.line()) as [number, number];
  onTestFinished(() => void process.kill(other, 'SIGKILL'));
  await script.kill();
  await eventually('the marked one is gone', () => !isRunning(ours));
  expect(isRunning(other)).toBe(true);
});

test('Node.js ends although the guard runs', async () => {
  const script = run(`console.log('started');`);
  expect(await script.ended).toBe(0);
});

test('stop ends what is left, and resolves when it is gone', async () => {
  const guard = startProcessGuard();
  const child = spawn('sleep', ['61'], { detached: true });
  const ended = once(child, 'exit');
  guard.protect(child.pid ?? -1, { signal: 'SIGTERM', group: true });
  await guard.stop();
  expect(await ended).toEqual([null, 'SIGTERM']);
  await guard.stop();
});
