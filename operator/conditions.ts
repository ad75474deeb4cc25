import type { Condition, ConditionType } from '../crds/mcpserver-status.ts';
import { foreignText } from './foreign-text.ts';

/** A condition without the bookkeeping. */
export interface Finding {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: string;
  readonly message: string;
}

/** Bounds what may end in a status: conditions are for people. */
const MAX_MESSAGE = 4096;

/**
 * The conditions of a status from what was found now and what stood there before: `lastTransitionTime` moves only when `status` does
 * (Kubernetes API conventions, "typical status properties").
 */
export function toConditions(
  findings: readonly Finding[],
  { previous, generation, now }: { previous: readonly Condition[]; generation: number; now: string },
): Condition[] {
  return findings.map(({ type, status, reason, message }) => {
    const before = previous.find((condition) => condition.type === type);
    return {
      type,
      status,
      reason,
      message:
        message.length > MAX_MESSAGE ? `${foreignText(message, MAX_MESSAGE - 1)}…` : foreignText(message, MAX_MESSAGE),
      observedGeneration: generation,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    };
  });
}

/** Ready says what the first finding says that is not True, and never anything of its own. */
export function readyOf(...findings: readonly [Finding, ...Finding[]]): Finding {
  const inTheWay =
    findings.find(({ status }) => status === 'False') ?? findings.find(({ status }) => status !== 'True');
  if (inTheWay) return { ...inTheWay, type: 'Ready' };
  return { type: 'Ready', status: 'True', reason: 'Ready', message: 'It takes calls, as the manifest asks.' };
}
