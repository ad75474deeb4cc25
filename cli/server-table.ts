import { formatProblem } from '../crds/problem.ts';
import { conditionOf } from '../crds/mcpserver-status.ts';
import type { McpServer } from '../crds/mcpserver.ts';
import type { ServerList } from './control/protocol.ts';

/** The columns of `kubectl get mcpservers`, and below them why something is not ready or not valid. */
export function serverTable({ servers, problems }: ServerList, now = Date.now()): string {
  if (servers.length + problems.length === 0)
    return 'No servers. Put a manifest into the folder that `mooring up` follows.\n';
  const rows = [...servers].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  return [
    aligned([['NAME', 'READY', 'REASON', 'TOOLS', 'URL', 'AGE'], ...rows.map((server) => row(server, now))]),
    ...rows.flatMap(whyNotReady),
    ...(problems.length > 0 ? ['\nNot applied; what was valid before serves on:\n'] : []),
    ...problems.map((problem) => `${formatProblem(problem)}\n`),
  ].join('');
}

function row({ metadata, status }: McpServer, now: number): string[] {
  const ready = conditionOf(status, 'Ready');
  return [
    metadata.name,
    ready?.status ?? 'Unknown',
    ready?.reason ?? 'Pending',
    status?.toolCount?.toString() ?? '-',
    status?.url ?? '-',
    age(now - Date.parse(metadata.creationTimestamp)),
  ];
}

function whyNotReady({ metadata, status }: McpServer): string[] {
  const ready = conditionOf(status, 'Ready');
  return ready && ready.status !== 'True' ? [`\n${metadata.name}: ${ready.message}\n`] : [];
}

function aligned(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** As kubectl prints it: the largest unit that is not zero. */
function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
