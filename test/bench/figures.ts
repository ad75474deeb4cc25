// `npm run bench:figures [-- rounds]`: how soon Mooring and its three servers are there again, what they hold in memory
// while nobody asks for anything, how soon an edit counts, and how long our files are. Linux, since memory is read from proc(5). Medians of rounds.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { manifest } from '../support/manifests.ts';
import { startMooring } from '../support/mooring.ts';
import { withDescendants } from '../support/processes.ts';
import { freePort } from './free-port.ts';
import { CALL, CALL_HEADERS } from './tool-call.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ECHO = join(ROOT, 'test', 'support', 'servers', 'echo.ts');
const rounds = Number(process.argv[2] ?? 5);

/** After Ready, so that what a start leaves behind is collected or is there to stay. */
const IDLE_SECONDS = 10;
/** Far below what is measured, and rare enough to leave the two cores to it. */
const POLL_MS = 10;
const PATIENCE_SECONDS = 60;

/** Those that Mooring brings along. */
const SERVERS = ['systemprompt', 'content-manager', 'marketplace'] as const;

/** Whose process it is, by its command line; the first that fits. */
const OWNERS: readonly (readonly [owner: string, command: RegExp])[] = [
  ['gateway + operator', /cli\/main\.ts up /],
  ...SERVERS.map((name) => [name, new RegExp(` server ${name} `)] as const),
  ['PostgreSQL', /postgres/],
  ['npm', /^npm /],
  ['guard', /./],
];

const mooring = await startMooring({
  manifests: Object.fromEntries(
    SERVERS.map((name) => [`${name}.yaml`, readFileSync(join(ROOT, 'examples', 'local', `${name}.yaml`), 'utf8')]),
  ),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void mooring[Symbol.asyncDispose]().finally(() => process.exit(1)));
}
try {
  await allReady();
  const starts: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await mooring.stop();
    const [start] = await Promise.all([timed(allReady), mooring.start()]);
    starts.push(start);
    process.stdout.write(`start ${round}/${rounds}: ${start.toFixed(0)} ms\n`);
  }
  await sleep(IDLE_SECONDS * 1000);
  const memory = memoryOf(mooring.pid);
  const edits = await measureEdits();
  console.table({
    'npm start to all three Ready, second start': { ms: median(starts).toFixed(0), wanted: '≤ 5000' },
    'edit to Ready': { ms: median(edits.map(({ edit }) => edit)).toFixed(0) },
    "the server's own start": { ms: median(edits.map(({ own }) => own)).toFixed(0) },
    'edit to Ready without that': { ms: median(edits.map(({ edit, own }) => edit - own)).toFixed(0), wanted: '≤ 1000' },
  });
  console.table(memory);
} finally {
  await mooring[Symbol.asyncDispose]();
}
spawnSync(process.execPath, [join(ROOT, 'test', 'checks', 'sizes.ts')], { cwd: ROOT, stdio: 'inherit' });

/** Anonymous visitors see the bundled servers, and whether they are Ready. */
async function allReady(): Promise<void> {
  await eventually('the bundled servers to be Ready', async () => {
    const { servers } = (await (await fetch(`${mooring.url}/api/v1/mcp/registry`)).json()) as {
      servers: { name: string; ready: boolean }[];
    };
    return SERVERS.every((wanted) => servers.some(({ name, ready }) => name === wanted && ready));
  });
}

/** RSS counts pages that processes share once for each; PSS divides them, so that sums are right. MB. */
function memoryOf(npm: number): Record<string, Record<string, string | number>> {
  const ours = withDescendants(npm);
  const rows = Object.groupBy(ours, ({ command }) => OWNERS.find(([, pattern]) => pattern.test(command))?.[0] ?? '');
  // A kB of proc(5) is 1024 bytes.
  const megabytes = (processes: readonly { readonly pid: number }[], field: string) =>
    processes
      .map(({ pid }) =>
        new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')),
      )
      .reduce((sum, match) => sum + (Number(match?.[1]) * 1024) / 1e6, 0)
      .toFixed(1);
  const row = (processes: readonly { readonly pid: number }[]) => ({
    processes: processes.length,
    'RSS MB idle': megabytes(processes, 'Rss'),
    'PSS MB idle': megabytes(processes, 'Pss'),
  });
  return Object.fromEntries([
    ...Object.entries(rows).map(([owner, processes = []]) => [owner, row(processes)]),
    ['all', row(ours)],
  ]);
}

/** Each edit changes what the server answers. Its own start is measured in turn, without Mooring. ms */
async function measureEdits(): Promise<{ edit: number; own: number }[]> {
  const results: { edit: number; own: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const version = `${round}.0.0`;
    const own = await timedAlone(version);
    const spec = `oauth: { required: false }\nenv: [{ name: ECHO_VERSION, value: '${version}' }]`;
    const edit = await timed(async () => {
      await mooring.apply('echo.yaml', manifest('echo', { script: 'echo.ts', spec }));
      await answers(mooring.endpoint('echo'), version);
    });
    // The first is no edit: it adds the server.
    if (round > 0) results.push({ edit, own });
  }
  return results;
}

async function timedAlone(version: string): Promise<number> {
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, HOST: '127.0.0.1', PORT: String(port), ECHO_VERSION: version };
  const started = performance.now();
  const server = spawn('node', [ECHO], { env, stdio: 'ignore' });
  try {
    await answers(`http://127.0.0.1:${port}/mcp`, version);
    return performance.now() - started;
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function answers(url: string, version: string): Promise<void> {
  await eventually(`the answer of echo ${version}`, async () => {
    const response = await fetch(url, { method: 'POST', headers: CALL_HEADERS, body: CALL });
    return (await response.text()).includes(`"${version}: `);
  });
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task();
  return performance.now() - started;
}

/** Until then, nobody listening is an answer like any other. */
async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const last = Date.now() + PATIENCE_SECONDS * 1000; Date.now() < last; await sleep(POLL_MS)) {
    if (await holds().catch(() => false)) return;
  }
  throw new Error(`waited ${PATIENCE_SECONDS} s in vain for ${what}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[Math.floor(index)] ?? NaN;
  return (at((sorted.length - 1) / 2) + at(sorted.length / 2)) / 2;
}
