import type { Log } from '../core/log.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import { conditionOf, type Condition, type ConditionType, type McpServerStatus } from '../crds/mcpserver-status.ts';

/** What people follow, the most telling first; the others say the same or are between. */
const FOLLOWED: readonly ConditionType[] = ['Ready', 'Stalled', 'Accepted', 'Verified'];

/** One line for what turned between the server's status and the next one: the log tells the story of each server, and nothing while nothing happens. */
export function announce(log: Log, server: McpServer, next: McpServerStatus): void {
  const told = new Set<string>();
  for (const type of FOLLOWED) {
    const [before, now] = [conditionOf(server.status, type), conditionOf(next, type)];
    if (!now || (before?.status === now.status && before.reason === now.reason)) continue;
    if (told.has(now.message) || isRoutine(now)) continue;
    told.add(now.message);
    const { status, reason, message } = now;
    log[isTrouble(now) ? 'warn' : 'info']({ server: qualifiedName(server), condition: type, status, reason }, message);
  }
}

/** Of Verified, Ready tells the rest. */
const isRoutine = ({ type, reason }: Condition): boolean =>
  reason === 'Accepted' || (type === 'Verified' && reason !== 'RuleWithoutTool');

const isTrouble = ({ type, status, reason }: Condition): boolean =>
  type === 'Stalled' ||
  reason === 'RuleWithoutTool' ||
  (status === 'False' && reason !== 'Starting' && reason !== 'Disabled' && reason !== 'ScaledToZero');
