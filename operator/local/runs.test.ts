import { afterAll, beforeAll, test, type ExpectStatic } from 'vitest';
import { manifest, startLaptop, type Laptop } from '../testdata/laptop.ts';
import type { LocalRun } from './local-run.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(async () => laptop?.[Symbol.asyncDispose]());

async function runsOf(name: string): Promise<readonly LocalRun[]> {
  const runs = await laptop.platform.runs();
  return runs.get(laptop.server(name)?.metadata.uid ?? '') ?? [];
}

/** What the runs of a server come to be. */
const become = async (expect: ExpectStatic, name: string, runs: readonly object[]): Promise<void> =>
  expect.poll(async () => runsOf(name), { timeout: 10_000, interval: 20 }).toMatchObject(runs);

test.concurrent('what serves, since when, and what it uses; after a kill what happened', async ({ expect }) => {
  await laptop.apply('well.yaml', manifest('well'));
  await laptop.ready('well');
  const { pid } = await laptop.call('well');
  const [run] = await runsOf('well');
  expect(run).toMatchObject({
    id: String(pid),
    state: 'running',
    serving: true,
    what: expect.stringMatching(/^node .*mini\.ts$/),
    restarts: 0,
    lastEnd: undefined,
  });
  expect(laptop.server('well')?.status?.backend?.url).toContain(`:${run?.port}/`);
  expect(Math.abs(Date.parse(run?.startedAt ?? '') - Date.now())).toBeLessThan(10_000);
  expect(run?.memoryBytes).toBeGreaterThan(10_000_000);
  expect(run?.cpuCores).toBeGreaterThanOrEqual(0);

  process.kill(pid, 'SIGKILL');
  await become(expect, 'well', [{ serving: true, restarts: 1, lastEnd: { message: 'It ended by SIGKILL.' } }]);
  const [again] = await runsOf('well');
  expect(again?.id).not.toBe(String(pid));
  expect(again?.startedAt).not.toBe(run?.startedAt);
  expect(Date.parse(again?.lastEnd?.at ?? '')).toBeLessThanOrEqual(Date.parse(again?.startedAt ?? ''));
});

test.concurrent('a crash loop is a run without a process, which tells how it ended', async ({ expect }) => {
  await laptop.apply('loop.yaml', manifest('loop', { args: ['-e', "console.error('no luck'); process.exit(3)"] }));
  await laptop.reason('loop', 'Ready', 'CrashLooping');
  const lastEnd = { message: 'It ended with exit code 3.', output: 'no luck' };
  await become(expect, 'loop', [{ id: undefined, port: undefined, state: 'waiting', serving: false, lastEnd }]);
  expect((await runsOf('loop'))[0]?.restarts).toBeGreaterThanOrEqual(2);
});

test.concurrent('what was never started has no end', async ({ expect }) => {
  await laptop.apply('absent.yaml', manifest('absent').replace('binary: node', 'binary: no-such-program'));
  await laptop.reason('absent', 'Ready', 'BinaryNotFound');
  expect(await runsOf('absent')).toMatchObject([{ state: 'waiting', restarts: 0, lastEnd: undefined }]);
});

test.concurrent('an edit that does not arrive runs beside what serves', async ({ expect }) => {
  await laptop.apply('edit.yaml', manifest('edit'));
  await laptop.ready('edit');
  const [before] = await runsOf('edit');
  await laptop.apply('edit.yaml', manifest('edit', { args: ['-e', 'setInterval(() => {}, 1000)'] }));
  await become(expect, 'edit', [
    { id: before?.id, serving: true, state: 'running' },
    { serving: false, state: 'running', what: 'node -e setInterval(() => {}, 1000)' },
  ]);
  // The one before it finishes its calls when the next one takes over.
  await laptop.apply('edit.yaml', manifest('edit', { spec: "env: [{ name: MINI_VERSION, value: '2' }]" }));
  await laptop.ready('edit');
  await become(expect, 'edit', [{ serving: true, state: 'running' }]);
  expect((await runsOf('edit'))[0]?.id).not.toBe(before?.id);
});

test.concurrent('what drains is told as ending', async ({ expect }) => {
  let calls = 1;
  const busy = await startLaptop({ inFlight: () => calls });
  try {
    await busy.apply('busy.yaml', manifest('busy'));
    const { metadata } = await busy.ready('busy');
    const states = async (): Promise<string[]> =>
      ((await busy.platform.runs()).get(metadata.uid) ?? []).map(({ state, serving }) => `${state} ${serving}`);
    await busy.apply('busy.yaml', manifest('busy', { spec: "env: [{ name: MINI_VERSION, value: '2' }]" }));
    await expect.poll(states, { timeout: 10_000 }).toEqual(['ending false', 'running true']);
    calls = 0;
    await expect.poll(states, { timeout: 10_000 }).toEqual(['running true']);
  } finally {
    await busy[Symbol.asyncDispose]();
  }
});

test.concurrent('what is disabled has no runs', async ({ expect }) => {
  await laptop.apply('off.yaml', manifest('off', { spec: 'enabled: false' }));
  await laptop.reason('off', 'Ready', 'Disabled');
  expect(await runsOf('off')).toEqual([]);
});
