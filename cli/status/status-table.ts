import type { Problem } from '../../crds/problem.ts';
import { age } from '../output/age.ts';
import { memory } from '../output/amounts.ts';
import { colourOf } from '../output/colour.ts';
import { serverTable } from '../output/server-table.ts';
import { table } from '../output/table.ts';
import type { ServerRun } from '../places/server-runs.ts';
import type { ServerStatus } from './server-status.ts';
import { whyNotReady } from './why-not-ready.ts';

export interface TableOptions {
  readonly problems: readonly Problem[];
  /** With the namespace of each server in front. */
  readonly namespaces: boolean;
  /** Whether what runs are pods; else processes. */
  readonly pods: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** One row a server, and below them why some are not ready. */
export function statusTable(servers: readonly ServerStatus[], options: TableOptions): string {
  const heading = [
    'NAME',
    'READY',
    'REASON',
    options.pods ? 'PODS' : 'PROCESS',
    'RESTARTS',
    'UPTIME',
    'MEMORY',
    'PORT',
    'SOURCE',
  ];
  const named = (cells: string[], namespace = '-'): string[] => (options.namespaces ? [namespace, ...cells] : cells);
  const rows = servers.map((server) => named(row(server, options), server.namespace));
  return [
    ...(servers.length === 0 ? [] : [table([named(heading, 'NAMESPACE'), ...rows])]),
    ...servers.filter(({ ready }) => !ready).map((server) => whyNotReady(server, options)),
    ...(servers.length > 0 && options.problems.length === 0
      ? []
      : [serverTable({ servers: [], problems: options.problems })]),
  ].join('');
}

function row({ name, ready, reason, runs = [], port, source }: ServerStatus, { pods, now }: TableOptions): string[] {
  const holds = ready ? 'True' : reason === 'Pending' ? 'Unknown' : 'False';
  const memories = runs.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return [
    name,
    colourOf(holds, holds),
    reason,
    pods ? podsOf(runs) : processesOf(runs),
    runs.length === 0 ? '-' : String(sum(runs.map(({ restarts }) => restarts))),
    uptimeOf(runs, now),
    memory(memories.length === 0 ? undefined : sum(memories)),
    port?.toString() ?? '-',
    source,
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const processesOf = (runs: readonly ServerRun[]): string => runs.flatMap(({ id }) => id ?? []).join(',') || '-';

/** As `kubectl get deployments` tells them: those that take calls, of those that are there. */
function podsOf(runs: readonly ServerRun[]): string {
  const staying = runs.filter(({ state }) => state !== 'ending');
  return staying.length === 0 ? '-' : `${staying.filter(({ serving }) => serving).length}/${staying.length}`;
}

/** Of what has taken calls for the longest; where nothing does, of what has run for the longest. */
function uptimeOf(runs: readonly ServerRun[], now: number): string {
  const starts = (chosen: readonly ServerRun[]): number[] =>
    chosen.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Date.parse(startedAt)]));
  const serving = starts(runs.filter((run) => run.serving));
  const running = serving.length > 0 ? serving : starts(runs.filter(({ state }) => state === 'running'));
  return running.length === 0 ? '-' : age(now - Math.min(...running));
}
