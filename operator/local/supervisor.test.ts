import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProcessGuard } from '../../core/process-guard.ts';
import type { Cause } from '../cause.ts';
import type { ProcessSpec } from '../resources/process.ts';
import { isAlive } from '../testdata/laptop.ts';
import { openPorts } from './ports.ts';
import { startSupervisor, type Supervisor } from './supervisor.ts';

const guard = startProcessGuard();
let folder: string;
let supervisor: Supervisor;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-supervisor-'));
});
afterEach(async () => supervisor.stop(100));
afterAll(async () => {
  await guard.stop();
  await rm(folder, { recursive: true });
});

const MISSING: Cause = { reason: 'SecretMissing', message: 'm', stalled: true };

function start(launch: () => Promise<Partial<ProcessSpec> | Cause>, onChange = () => {}): Supervisor {
  supervisor = startSupervisor({
    launch: async () => {
      const spec = await launch();
      if ('reason' in spec) return spec;
      const defaults = { command: process.execPath, args: [], env: {}, cwd: folder, secretValues: [] };
      return { ...defaults, ...spec };
    },
    ports: openPorts(),
    owner: 'default/notes',
    wantedPort: undefined,
    guard,
    log: { path: '/logs/notes.log', append: async () => {} },
    onChange,
  });
  return supervisor;
}

const until = async (holds: () => boolean): Promise<void> =>
  expect.poll(holds, { interval: 2, timeout: 5000 }).toBe(true);

test('ends are answered at once, then with growing pauses', async () => {
  const starts: number[] = [];
  start(async () => {
    starts.push(performance.now());
    return { command: '/bin/false' };
  });
  await until(() => starts.length === 4);
  const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
  expect(pauses[0]).toBeLessThan(250);
  expect(pauses[1]).toBeGreaterThan(490);
  expect(pauses[2]).toBeGreaterThan(990);
});

test('what is missing is told once, and looked for only when asked', async () => {
  let launches = 0;
  const supervised = start(
    async () => {
      launches++;
      return launches < 3 ? MISSING : { args: ['-e', 'setInterval(() => {}, 1000)'] };
    },
    // As a reconcile does on every change.
    () => supervisor.retry(),
  );
  await until(() => supervised.blocked);
  await sleep(50);
  expect(launches).toBe(2);
  expect(supervised.trouble).toEqual(MISSING);
  supervised.retry();
  await until(() => supervised.running !== undefined);
  expect(supervised.blocked).toBe(false);
});

test('a start that the system refuses is an end like others, and tells no values', async () => {
  start(async () => ({ env: { TOKEN: 'hunter2\0' }, secretValues: ['hunter2\0'] }));
  await until(() => supervisor.trouble !== undefined);
  expect(supervisor.trouble?.message).toMatch(/^It could not be started \(ERR_INVALID_ARG_VALUE\)/);
  expect(supervisor.trouble?.message).not.toContain('hunter2');
});

test('stop ends a start that is only under way', async () => {
  const launching = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  start(async () => {
    launching.resolve();
    await gate.promise;
    return { args: ['-e', "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)"] };
  });
  await launching.promise;
  const stopped = supervisor.stop(50);
  gate.resolve();
  await stopped;
  expect(supervisor.running).toBeUndefined();

  start(async () => MISSING);
  await supervisor.stop(50);
});

test('a wrapper that goes first leaves its server the time to finish', async () => {
  const finished = join(folder, 'finished');
  const server = `trap 'sleep 0.3; touch ${finished}; exit' TERM; touch ${finished}.ready; while :; do sleep 0.05; done`;
  const args = ['-c', `(${server}) & trap exit TERM; while :; do sleep 0.05; done`];
  start(async () => ({ command: '/bin/sh', args, env: { PATH: '/usr/bin:/bin' } }));
  await until(() => existsSync(`${finished}.ready`));
  const begin = performance.now();
  await supervisor.stop(5000);
  expect(existsSync(finished)).toBe(true);
  // And no longer than it takes.
  expect(performance.now() - begin).toBeLessThan(3000);
});

test('what a process leaves behind ends with it', async () => {
  start(async () => ({ command: '/bin/sh', args: ['-c', 'sleep 1000 & echo $!; exit 1'] }));
  await until(() => supervisor.trouble !== undefined);
  const child = Number(/\d+$/.exec(supervisor.trouble?.message ?? '')?.[0]);
  expect(child).toBeGreaterThan(0);
  await until(() => !isAlive(child));
});
