// `npm run bench [-- rounds seconds]`: calls of a tool through the gateway, with a token, beside nginx as a plain proxy and
// the backend alone. What is measured has one core for itself; backend and load generator share the other. Rounds alternate
// between the targets, since machines drift; the medians count, and only figures of one run may be compared.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startMooring } from './mooring.ts';
import { startNginx } from './nginx.ts';
import { cpuTime, residentMemory } from './process-usage.ts';
import type { Target } from './target.ts';
import { ANSWER, CALL } from './tool-call.ts';
import { CONNECTIONS, load } from './wrk.ts';

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerRequest: number;
}

const CORES = { proxy: 0, load: 1 };
const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const WARM_UP_SECONDS = 2;

const missing = ['taskset', 'wrk', 'nginx'].filter((program) => spawnSync(program, ['-v']).error);
if (process.platform !== 'linux' || missing.length > 0 || availableParallelism() < 2) {
  process.stderr.write(
    `The bench needs Linux with two cores, taskset, wrk and nginx; missing here: ${missing.join(', ') || 'the cores'}. ` +
      'Debian: apt-get install wrk nginx-light\n',
  );
  process.exit(1);
}

// An `exit` lets the children end (pinned.ts).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
const backendPort = await freePort();
const targets: Target[] = [];
try {
  const gateway = await startMooring(CORES, await freePort(), backendPort, folder);
  targets.push(gateway);
  // The others get the same request, token included, and do not look at it.
  const { headers } = gateway;
  targets.unshift(await startNginx(CORES.proxy, await freePort(), backendPort, { folder, headers }));
  targets.unshift({ name: 'direct', url: `http://127.0.0.1:${backendPort}/mcp`, headers, stop: async () => {} });
  const idle = new Map(targets.map(({ name, pid }) => [name, pid === undefined ? NaN : residentMemory(pid)]));
  for (const target of targets) {
    await callOnce(target);
    await measure(target, WARM_UP_SECONDS);
  }
  process.stdout.write(
    `${CALL.length}-byte call, ${ANSWER.length}-byte answer, ` +
      `${(headers['authorization'] ?? '').length - 'Bearer '.length}-byte token, ${CONNECTIONS} connections, ` +
      `median of ${rounds} rounds of ${seconds} s\n`,
  );
  const results = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const target of targets) {
      const result = await measure(target, seconds);
      results.get(target.name)?.push(result);
      process.stdout.write(`round ${round}/${rounds} ${target.name}: ${Math.round(result.perSecond)} requests/s\n`);
    }
  }
  console.table(Object.fromEntries(targets.map((target) => [target.name, row(target, results, idle)])));
} finally {
  for (const target of targets) await target.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A target that answers something else would be measured in vain. */
async function callOnce({ name, url, headers }: Target): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body: CALL });
  const body = await response.text();
  if (body !== ANSWER) throw new Error(`${name} answered ${response.status}: ${body.slice(0, 500)}`);
}

async function measure({ url, headers, pid }: Target, duration: number): Promise<Round> {
  const before = pid === undefined ? NaN : cpuTime(pid);
  const result = await load(url, headers, duration, CORES.load);
  const after = pid === undefined ? NaN : cpuTime(pid);
  return {
    perSecond: (result.requests / result.duration) * 1e6,
    p50: result.p50 / 1000,
    p99: result.p99 / 1000,
    cpuPerRequest: (after - before) / result.requests,
  };
}

function row(
  { name, pid }: Target,
  results: ReadonlyMap<string, readonly Round[]>,
  idle: ReadonlyMap<string, number>,
): Record<string, string> {
  const middle = (target: string, figure: keyof Round) =>
    median((results.get(target) ?? []).map((round) => round[figure]));
  const perSecond = middle(name, 'perSecond');
  return {
    'requests/s': perSecond.toFixed(0),
    'of nginx': (perSecond / middle('nginx', 'perSecond')).toFixed(2),
    'p50 ms': middle(name, 'p50').toFixed(2),
    'p99 ms': middle(name, 'p99').toFixed(2),
    'CPU µs/request': pid === undefined ? '–' : middle(name, 'cpuPerRequest').toFixed(1),
    'RSS MB idle': pid === undefined ? '–' : (idle.get(name) ?? NaN).toFixed(0),
    'RSS MB after': pid === undefined ? '–' : residentMemory(pid).toFixed(0),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[Math.floor(index)] ?? NaN;
  return (at((sorted.length - 1) / 2) + at(sorted.length / 2)) / 2;
}
