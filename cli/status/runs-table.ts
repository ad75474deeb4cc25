import { age } from '../output/age.ts';
import { cores, memory } from '../output/amounts.ts';
import { colourOf } from '../output/colour.ts';
import { plain } from '../output/plain.ts';
import { table } from '../output/table.ts';
import type { RunEnd, ServerRun } from '../places/server-runs.ts';
import type { ServerStatus } from './server-status.ts';
import { statusTable, type TableOptions } from './status-table.ts';
import { whyNotReady } from './why-not-ready.ts';

/** One row a process or pod; a server that has none has one as well. */
export function runsTable(servers: readonly ServerStatus[], options: TableOptions): string {
  if (servers.length === 0) return statusTable(servers, options);
  const heading = [
    'NAME',
    options.pods ? 'POD' : 'PROCESS',
    'STATE',
    'PORT',
    'RESTARTS',
    'UPTIME',
    'CPU',
    'MEMORY',
    'LAST END',
    'RUNS',
  ];
  const named = (cells: string[], namespace = '-'): string[] => (options.namespaces ? [namespace, ...cells] : cells);
  const rows = servers.flatMap(({ name, namespace, source, reason, runs = [] }) =>
    runs.length === 0
      ? [named([name, '-', reason, '-', '-', '-', '-', '-', '-', source], namespace)]
      : runs.map((run) => named([name, ...row(run, options.now)], namespace)),
  );
  return [
    table([named(heading, 'NAMESPACE'), ...rows]),
    ...servers.filter(({ ready }) => !ready).map((server) => whyNotReady(server, options)),
  ].join('');
}

function row(
  { id, state, serving, what, port, restarts, startedAt, cpuCores, memoryBytes, lastEnd }: ServerRun,
  now: number,
): string[] {
  const colours = { running: 'Unknown', waiting: 'False', ending: 'Unknown' } as const;
  return [
    id ?? '-',
    serving ? colourOf('True', 'serving') : colourOf(colours[state], state),
    port?.toString() ?? '-',
    String(restarts),
    startedAt === undefined ? '-' : age(now - Date.parse(startedAt)),
    cores(cpuCores),
    memory(memoryBytes),
    lastEnd ? endOf(lastEnd, now) : '-',
    what,
  ];
}

const endOf = ({ at, message }: RunEnd, now: number): string => `${age(now - Date.parse(at))} ago: ${plain(message)}`;
