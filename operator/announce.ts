import type { Log } from '../core/log.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import { conditionOf, type ConditionType, type McpServerStatus } from '../crds/mcpserver-status.ts';

/** What people follow, the most telling first; the others say the same or are between. */
const FOLLOWED: readonly ConditionType[] = ['Ready', 'Stalled', 'Accepted'];

/** One line for what turned between the server's status and the next one: the log tells the story of each server, and nothing while nothing happens. */
export function announce(log: Log, server: McpServer, next: McpServerStatus): void {
  const told = new Set<string>();
  for (const type of FOLLOWED) {
    const [before, now] = [conditionOf(server.status, type), conditionOf(next, type)];
    if (!now || (before?.status === now.status && before.reason === now.reason)) continue;
    if (told.has(now.message) || now.reason === 'Accepted') continue;
    told.add(now.message);
    const { status, reason, message } = now;
    const isTrouble = type === 'Stalled' || (status === 'False' && reason !== 'Starting' && reason !== 'Disabled');
    log[isTrouble ? 'warn' : 'info']({ server: qualifiedName(server), condition: type, status, reason }, message);
  }
}
