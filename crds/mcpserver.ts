import { z } from 'zod';
import { PodFields } from './pod-fields.ts';
import type { McpServerStatus } from './mcpserver-status.ts';
import { dnsLabel, duration, scopeToken, text, webUrl } from './text.ts';

export const GROUP = 'mooring.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'McpServer';
export const PLURAL = 'mcpservers';

const ToolRule = z
  .strictObject({
    match: text(128)
      .regex(/^[A-Za-z0-9_./-]+$/)
      .describe('Exact name of a tool.'),
    scopes: z.array(scopeToken()).min(1).max(32).describe('Scopes that a call of this tool needs, all of them.'),
  })
  .describe('Scopes that one tool needs in addition to those of the server.');

const OAuth = z.strictObject({
  required: z.boolean().default(true).describe('false lets anybody call this server without a token.'),
  scopes: z.array(scopeToken()).max(32).default([]).describe('Scopes that every request needs, all of them.'),
  audience: text(512).optional().describe('Accepted beside the URL of this server in tokens of external issuers.'),
  clientId: text(512).optional().describe('Only tokens issued to this OAuth client are accepted.'),
  tools: z.array(ToolRule).max(256).default([]).describe('Rules for single tools, checked on tools/call.'),
});

const Package = z
  .strictObject({
    registry: z.enum(['npm', 'pypi']),
    name: text(214).regex(/^[@A-Za-z0-9][A-Za-z0-9._/-]*$/),
    version: text(64).regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/),
  })
  .describe('A package of a public registry that is an MCP server.');

const Remote = z
  .strictObject({
    url: webUrl().describe('Endpoint of the remote MCP server.'),
    headersFrom: z.strictObject({ secretRef: z.strictObject({ name: text(253) }) }).optional(),
    caBundleFrom: z.strictObject({ configMapRef: z.strictObject({ name: text(253) }) }).optional(),
  })
  .describe('A server that runs elsewhere; Mooring starts nothing and only routes to it.');

const Autoscaling = z
  .strictObject({
    minReplicas: z.int().min(1).max(1000).default(1),
    maxReplicas: z.int().min(1).max(1000),
    targetCPUUtilizationPercentage: z.int().min(1).max(1000).default(80),
  })
  .describe('A HorizontalPodAutoscaler for the server.');

const DisruptionBudget = z
  .strictObject({
    minAvailable: z.int().min(0).max(1000).optional(),
    maxUnavailable: z.int().min(0).max(1000).optional(),
  })
  .describe('A PodDisruptionBudget for the server; give one of the two.');

const Egress = z.strictObject({
  host: text(253).optional().describe('DNS name, for documentation; NetworkPolicy knows only addresses.'),
  cidr: text(64).optional(),
  ports: z.array(z.int().min(1).max(65535)).max(32).optional(),
});

const Timeouts = z
  .strictObject({
    connect: duration().optional().describe('Until the server accepts a connection. Default 5s.'),
    response: duration().optional().describe('Until the first byte of an answer. Default: none, tools may be slow.'),
    idle: duration().optional().describe('Silence within an answer. Default: none, streams may be quiet.'),
    startup: duration().optional().describe('Until a started server answers MCP. Default 60s.'),
  })
  .describe('Limits of time; without them a call may take as long as it takes.');

const RateLimit = z
  .strictObject({
    requests: z.int().min(1).max(1_000_000),
    per: duration(),
    burst: z.int().min(1).max(1_000_000).optional(),
  })
  .describe('Requests that one caller may make.');

/** The wanted state. Defaults are filled in by parsing, as the API server fills them in from the CRD. */
export const McpServerSpec = z.strictObject({
  image: text(1024)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/)
    .optional()
    .describe('Container image.'),
  binary: text(1024)
    .regex(/^[A-Za-z0-9_./][A-Za-z0-9_./+@-]*$/)
    .optional()
    .describe('Executable in the image; on a laptop the program that is started, found on PATH.'),
  args: z
    .array(z.string().max(4096))
    .max(64)
    .optional()
    .describe('Arguments; $(NAME) stands for a variable of the environment.'),
  package: Package.optional(),
  remote: Remote.optional(),
  transport: z.enum(['streamable-http', 'stdio', 'sse']).default('streamable-http').describe('What the server speaks.'),
  port: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('Port that the server listens on. Default 8080, on a laptop a free one.'),
  path: text(512)
    .regex(/^\/[A-Za-z0-9._~/-]*$/)
    .default('/mcp')
    .describe('Path of the MCP endpoint on that port.'),
  enabled: z.boolean().default(true).describe('false stops the server and hides its endpoint.'),
  title: text(100).optional().describe('Name for people.'),
  description: text(1000).optional().describe('One or two sentences for the catalogue.'),
  icon: webUrl().optional(),
  websiteUrl: webUrl().optional(),
  tags: z.array(text(63)).max(32).optional(),
  displayInWeb: z.boolean().default(false).describe('true shows the server in the catalogue to anonymous visitors.'),
  oauth: OAuth.prefault({}).describe('Who may call this server.'),
  ...PodFields,
  replicas: z.int().min(0).max(1000).default(1),
  autoscaling: Autoscaling.optional(),
  disruptionBudget: DisruptionBudget.optional(),
  network: z
    .strictObject({ egress: z.array(Egress).max(64).default([]) })
    .optional()
    .describe('Where the server may connect to.'),
  rolloutGate: z.boolean().default(true).describe('false lets a pod take traffic before it has answered MCP.'),
  timeouts: Timeouts.optional(),
  rateLimit: RateLimit.optional(),
});

export const ObjectMeta = z.object({
  name: dnsLabel(),
  namespace: dnsLabel().default('default'),
  labels: z.record(z.string().max(317), z.string().max(63)).optional(),
  annotations: z.record(z.string().max(317), z.string().max(262_144)).optional(),
});

/** What a person writes. */
export const McpServerManifest = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata: ObjectMeta,
  spec: McpServerSpec,
});

export type McpServerSpec = z.output<typeof McpServerSpec>;
export type McpServerManifest = z.output<typeof McpServerManifest>;

/** What a source hands out: a manifest that was admitted, with what the store added. Frozen data: never change one in place. */
export interface McpServer extends Omit<McpServerManifest, 'metadata'> {
  readonly metadata: McpServerManifest['metadata'] & {
    readonly uid: string;
    /** Grows with each change of `spec` only. */
    readonly generation: number;
    /** Changes with each change of anything, status included. */
    readonly resourceVersion: string;
    /** RFC 3339. */
    readonly creationTimestamp: string;
  };
  readonly status?: McpServerStatus;
}

/** `<namespace>/<name>`: how logs, identity tokens and messages name a server. */
export const qualifiedName = (server: Pick<McpServer, 'metadata'>): string =>
  `${server.metadata.namespace}/${server.metadata.name}`;
