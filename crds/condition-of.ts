import type { Condition, ConditionType, McpServerStatus } from './mcpserver-status.ts';

type Conditions = Pick<McpServerStatus, 'conditions'>;

/** The condition of this type, where the status has one. */
export const conditionOf = (status: Conditions | undefined, type: ConditionType): Condition | undefined =>
  status?.conditions.find((condition) => condition.type === type);

/** Whether the condition of this type is there and True. */
export const isTrue = (status: Conditions | undefined, type: ConditionType): boolean =>
  conditionOf(status, type)?.status === 'True';
