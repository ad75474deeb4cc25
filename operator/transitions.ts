import type { McpServer } from '../crds/mcpserver.ts';
import { conditionOf } from '../crds/condition-of.ts';
import type { Condition, ConditionType, McpServerStatus } from '../crds/mcpserver-status.ts';

/** A condition that turned. */
export interface Transition extends Condition {
  readonly isTrouble: boolean;
}

/** What people follow, the most telling first; the others say the same or are between. */
const FOLLOWED: readonly ConditionType[] = ['Ready', 'Stalled', 'Accepted', 'Verified'];

/** What turned between the server's status and the next one, each thing once; nothing while nothing happens. */
export function transitions(server: McpServer, next: McpServerStatus): readonly Transition[] {
  // Also what another condition said before: trouble that turns out to stay is no news.
  const told = new Set(FOLLOWED.map((type) => words(conditionOf(server.status, type))));
  return FOLLOWED.flatMap((type) => {
    const [before, now] = [conditionOf(server.status, type), conditionOf(next, type)];
    if (!now || (before?.status === now.status && before.reason === now.reason)) return [];
    if (told.has(words(now)) || isRoutine(now)) return [];
    told.add(words(now));
    return [{ ...now, isTrouble: isTrouble(now) }];
  });
}

const words = (condition: Condition | undefined): string => `${condition?.reason} ${condition?.message}`;

/** Of Verified, Ready tells the rest. */
const isRoutine = ({ type, reason }: Condition): boolean =>
  reason === 'Accepted' || (type === 'Verified' && reason !== 'RuleWithoutTool');

/** False by intent, or on its way. */
const PEACEFUL: ReadonlySet<string> = new Set(['Starting', 'Disabled', 'ScaledToZero']);

const isTrouble = ({ type, status, reason }: Condition): boolean =>
  type === 'Stalled' || reason === 'RuleWithoutTool' || (status === 'False' && !PEACEFUL.has(reason));
