import { z } from 'zod';
import { atomicList, keyedList } from './collections.ts';
import { formed } from './text.ts';

/** metav1.Condition. */
export const Condition = z.strictObject({
  type: z
    .enum(['Accepted', 'Available', 'Verified', 'Ready', 'Reconciling', 'Stalled'])
    .describe('What the condition is about.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: formed(
    256,
    /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/,
    'one word in CamelCase; for example `NeedsBinary`',
  ).describe('Why, in one word that does not change between versions.'),
  message: z.string().max(32_768).describe('Why, and what to do next.'),
  observedGeneration: z.int().min(0).optional().describe('The generation of the spec that it speaks of.'),
  lastTransitionTime: z.iso.datetime().max(40).describe('When `status` last changed.'),
});

const ServerInfo = z.strictObject({
  name: z.string().max(256).describe('Its own name.'),
  version: z.string().max(256).describe('Its version.'),
  title: z.string().max(256).optional().describe('Its name for people.'),
  protocolVersions: atomicList(z.string().max(32), 16).describe('MCP versions that it speaks.'),
  instructions: z.string().max(4096).optional().describe('How a model should use it, cut at 4096 characters.'),
});

const ToolSummary = z.strictObject({
  name: z.string().max(256).describe('Its name.'),
  title: z.string().max(256).optional().describe('Its name for people.'),
  digest: z
    .string()
    .max(80)
    .describe('sha256 of the definition as canonical JSON (RFC 8785): changes when the tool does.'),
});

/** What the operator found. Nothing in it changes while nothing happens. */
export const McpServerStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('The generation of the spec that this status speaks of.'),
  conditions: keyedList(Condition, 'type', 16)
    .default([])
    .describe('Accepted, Available, Verified, Ready; while they apply also Reconciling and Stalled.'),
  url: z.string().max(2048).optional().describe('Public endpoint.'),
  backend: z
    .strictObject({
      url: z.string().max(2048).describe('Its MCP endpoint.'),
      remote: z
        .boolean()
        .optional()
        .describe('true where that is a server of spec.remote, which is told nothing of Mooring.'),
    })
    .optional()
    .describe('Where the gateway routes to.'),
  replicas: z.int().min(0).optional().describe('Pods that run.'),
  selector: z.string().max(1024).optional().describe('Label selector of the pods, for autoscalers.'),
  server: ServerInfo.optional().describe('What the running server says that it is.'),
  // Not keyed by name: nothing forces a server to name its tools uniquely, and a refused status would hide all of it.
  tools: atomicList(ToolSummary, 1024).optional().describe('Its tools.'),
  toolCount: z.int().min(0).optional().describe('Number of tools.'),
  resourceCount: z.int().min(0).optional().describe('Number of resources.'),
  promptCount: z.int().min(0).optional().describe('Number of prompts.'),
});

export type Condition = z.output<typeof Condition>;
export type ConditionType = Condition['type'];
export type ToolSummary = z.output<typeof ToolSummary>;
export type McpServerStatus = z.output<typeof McpServerStatus>;
