import { groupUsage } from './group-usage.ts';
import type { LocalRun } from './local-run.ts';

type RunsByServer = readonly (readonly [uid: string, runs: readonly LocalRun[]])[];

/** The same with what each process uses now; without that, where it cannot be measured. */
export async function measuredRuns(servers: RunsByServer): Promise<ReadonlyMap<string, readonly LocalRun[]>> {
  const leaders = servers.flatMap(([, runs]) => runs.flatMap(({ id }) => (id === undefined ? [] : [Number(id)])));
  const usage = await groupUsage(leaders).catch(() => undefined);
  return new Map(servers.map(([uid, runs]) => [uid, runs.map((run) => ({ ...run, ...usage?.get(Number(run.id)) }))]));
}
