import { z } from 'zod';
import { text } from './text.ts';

/** metav1.Condition. */
export const Condition = z.strictObject({
  type: z.enum(['Accepted', 'Available', 'Verified', 'Ready', 'Reconciling', 'Stalled']),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: text(256).regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
  message: z.string().max(32_768),
  observedGeneration: z.int().min(0).optional(),
  lastTransitionTime: z.iso.datetime(),
});

const ServerInfo = z.strictObject({
  name: z.string().max(256),
  version: z.string().max(256),
  title: z.string().max(256).optional(),
  protocolVersions: z.array(z.string().max(32)).max(16),
  instructions: z.string().max(4096).optional(),
});

const ToolSummary = z.strictObject({
  name: z.string().max(256),
  title: z.string().max(256).optional(),
  digest: z
    .string()
    .max(80)
    .describe('sha256 of the definition as canonical JSON (RFC 8785): changes when the tool does.'),
});

/** What the operator found. Nothing in it changes while nothing happens. */
export const McpServerStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional(),
  conditions: z.array(Condition).max(16).default([]),
  url: z.string().max(2048).optional().describe('Public endpoint.'),
  backend: z
    .strictObject({ url: z.string().max(2048) })
    .optional()
    .describe('Where the gateway routes to.'),
  replicas: z.int().min(0).optional(),
  selector: z.string().max(1024).optional(),
  server: ServerInfo.optional().describe('What the running server says that it is.'),
  tools: z.array(ToolSummary).max(1024).optional(),
  toolCount: z.int().min(0).optional(),
  resourceCount: z.int().min(0).optional(),
  promptCount: z.int().min(0).optional(),
});

export type Condition = z.output<typeof Condition>;
export type ConditionType = Condition['type'];
export type ToolSummary = z.output<typeof ToolSummary>;
export type McpServerStatus = z.output<typeof McpServerStatus>;

/** The condition of this type, where the status has one. */
export const conditionOf = (status: McpServerStatus | undefined, type: ConditionType): Condition | undefined =>
  status?.conditions.find((condition) => condition.type === type);

/** Whether the condition of this type is there and True. */
export const isTrue = (status: McpServerStatus | undefined, type: ConditionType): boolean =>
  conditionOf(status, type)?.status === 'True';
