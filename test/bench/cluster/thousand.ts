import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/mooring.ts';
import { residentMemory } from '../process-usage.ts';
import { startBenchApiServer } from './api-server.ts';
import { quantile, seconds, tell, type Figure } from './figure.ts';
import { names, openFleet, type Fleet } from './fleet.ts';
import { startOperator, type BenchOperator, type Program } from './operator.ts';

const EDITS = 200;
/** So long nothing may happen until memory is read, and until nothing more is taken to be written. */
const QUIET_MS = 10_000;
const PATIENCE_MS = 600_000;

/** A fleet without pods: how soon it is there, one edit among it, what it costs in memory, and that a restart writes nothing. */
export async function measureThousand(count = 1000): Promise<readonly Figure[]> {
  await using rig = await startBenchApiServer();
  using fleet = await openFleet(rig.api);
  const program = { folder: rig.folder, kubeconfig: rig.server.kubeconfig };
  const creation = await measureCreation(program, fleet, count);
  const started = performance.now();
  await using operator = await startOperator(program);
  const settled = async (): Promise<boolean> => {
    const { isLeader, reconciles, depth } = await operator.metrics();
    return isLeader && reconciles >= count && depth === 0;
  };
  await until(settled, 'the second operator to have looked at every server', PATIENCE_MS);
  const restart = performance.now() - started;
  await sleep(QUIET_MS);
  const { writes } = await operator.metrics();
  return [
    ...creation,
    { figure: 'restart until every server was looked at', value: seconds(restart), wanted: '≤ 10 s' },
    { figure: 'writes after the restart, but for the lease', value: String(writes), wanted: '0' },
    { figure: 'RSS of the operator after the restart', value: memory(operator), wanted: '≤ 180 MB' },
  ];
}

async function measureCreation(program: Program, fleet: Fleet, count: number): Promise<readonly Figure[]> {
  await using operator = await startOperator(program);
  await until(async () => (await operator.metrics()).isLeader, 'the operator to lead');
  const { writes: before } = await operator.metrics();
  const pace = watchPace(operator);
  const started = performance.now();
  const created = fleet.createMany(names(count)).then(() => performance.now() - started);
  await until(async () => fleet.complete() === count, 'every server to be complete', PATIENCE_MS);
  const complete = performance.now() - started;
  tell(`${count} servers created in ${seconds(await created)}, complete after ${seconds(complete)}`);
  const fastest = await pace.stop();
  await sleep(QUIET_MS);
  const { writes: after } = await operator.metrics();
  const rss = memory(operator);
  const edits = await measureEdits(fleet, count);
  return [
    { figure: `${count} McpServers, until all are complete`, value: seconds(complete), wanted: '≤ 60 s' },
    { figure: 'writes a second, in the busiest ten', value: fastest.toFixed(0), wanted: '≤ 100' },
    { figure: 'writes a server', value: ((after - before) / count).toFixed(2) },
    { figure: 'RSS of the operator', value: rss, wanted: '≤ 180 MB' },
    { figure: `one change applied, median of ${EDITS}`, value: `${quantile(edits, 0.5).toFixed(0)} ms` },
    { figure: 'one change applied, p99', value: `${quantile(edits, 0.99).toFixed(0)} ms`, wanted: '< 1000 ms' },
    { figure: 'RSS of the operator after the changes', value: memory(operator), wanted: '≤ 180 MB' },
  ];
}

/** From the request to the Deployment being seen with it, ms. */
async function measureEdits(fleet: Fleet, count: number): Promise<readonly number[]> {
  const results: number[] = [];
  for (const [index, name] of names(Math.min(EDITS, count)).entries()) {
    const value = `edit-${index}`;
    const started = performance.now();
    await fleet.edit(name, value);
    results.push((await fleet.arrival(name, value)) - started);
  }
  return results;
}

/** Ten: what is sent in one second may be answered, and counted, in the next. */
const WINDOW_MS = 10_000;

/** Asks again and again how much was written; answers how much it was in a second, where it was most. */
function watchPace(operator: BenchOperator): { stop(): Promise<number> } {
  const stopping = new AbortController();
  const run = async (): Promise<number> => {
    let fastest = 0;
    let last = { at: performance.now(), ...(await operator.metrics()) };
    while (!stopping.signal.aborted) {
      await sleep(WINDOW_MS, undefined, { signal: stopping.signal }).catch(() => {});
      const now = { at: performance.now(), ...(await operator.metrics()) };
      const elapsed = (now.at - last.at) / 1000;
      // A short rest at the end says little.
      if (elapsed * 1000 >= WINDOW_MS) fastest = Math.max(fastest, (now.writes - last.writes) / elapsed);
      last = now;
    }
    return fastest;
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      return running;
    },
  };
}

const memory = ({ pid }: BenchOperator): string => `${residentMemory(pid).toFixed(0)} MB`;
