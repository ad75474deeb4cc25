import { z } from 'zod';
import { atomicList, intOrString, keyedList, setList } from './collections.ts';
import { duration } from './duration.ts';
import type { McpServerStatus } from './mcpserver-status.ts';
import { nameRef, PodFields } from './pod-fields.ts';
import { dnsLabel, formed, port, scopeToken, serviceName, text, webUrl } from './text.ts';

export const GROUP = 'mooring.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'McpServer';
export const PLURAL = 'mcpservers';

const ToolRule = z.strictObject({
  match: formed(
    128,
    /^[A-Za-z0-9_./-]+$/,
    'the exact name of a tool: letters, digits, _, -, . and /; for example `create_skill`',
  ).describe('Exact name of a tool.'),
  scopes: setList(scopeToken(), 32).min(1).describe('Scopes that a call of this tool needs, all of them.'),
});

const OAuth = z.strictObject({
  required: z.boolean().default(true).describe('false lets anybody call this server without a token.'),
  scopes: setList(scopeToken(), 32).default([]).describe('Scopes that every request needs, all of them.'),
  audience: text(512).optional().describe('Accepted beside the URL of this server in tokens of external issuers.'),
  clientId: text(512).optional().describe('Only tokens issued to this OAuth client are accepted.'),
  tools: keyedList(ToolRule, 'match', 256)
    .default([])
    .describe('Scopes that single tools need in addition to those of the server, checked on tools/call.'),
});

const Package = z.strictObject({
  registry: z.enum(['npm', 'pypi']).describe('Where the package is published.'),
  name: formed(
    214,
    /^[@A-Za-z0-9][A-Za-z0-9._/-]*$/,
    'the name of a package; for example `@modelcontextprotocol/server-everything`',
  ).describe('Its name there.'),
  version: formed(64, /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/, 'one exact version; for example `1.4.2`').describe(
    'Its exact version.',
  ),
});

const Remote = z.strictObject({
  url: webUrl().describe('Endpoint of the remote MCP server.'),
  headersFrom: z
    .strictObject({ secretRef: nameRef().describe('The Secret.') })
    .optional()
    .describe(
      'A Secret whose keys and values are sent as headers. Its annotation `mooring.dev/remote-host` (on a laptop the file `.remote-host` beside its keys) names the host of the URL, and on a cluster a Role lets the gateway read it.',
    ),
  caBundleFrom: z
    .strictObject({ configMapRef: nameRef().describe('The ConfigMap.') })
    .optional()
    .describe(
      'A ConfigMap with the certificates (PEM) that vouch for it, instead of those of the system; on a laptop files in `$MOORING_HOME/configmaps/NAME`.',
    ),
});

const Autoscaling = z.strictObject({
  minReplicas: z.int().min(1).max(1000).default(1).describe('Fewest pods.'),
  maxReplicas: z.int().min(1).max(1000).describe('Most pods.'),
  targetCPUUtilizationPercentage: z
    .int()
    .min(1)
    .max(1000)
    .default(80)
    .describe('Processor use, in percent of what is requested, that is aimed at.'),
});

const podCount = () =>
  intOrString(0, 4, /^(100|[1-9]?[0-9])%$/, 'a number of pods, or a percentage as text; for example `1` or `50%`');

const DisruptionBudget = z.strictObject({
  minAvailable: podCount().optional().describe('Pods that stay.'),
  maxUnavailable: podCount().optional().describe('Pods that may go at a time.'),
});

const Egress = z.strictObject({
  host: text(253).optional().describe('DNS name, for documentation; NetworkPolicy knows only addresses.'),
  // Required: an entry without addresses would open every address, the opposite of what `host: example.com` says.
  cidr: formed(
    64,
    /^((25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}\/(3[0-2]|[12]?[0-9])|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}\/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$/,
    'an address block; for example `203.0.113.0/24`, or `0.0.0.0/0` for every IPv4 address',
  ).describe(
    'Addresses that the server may connect to. The metadata service of a cloud stays closed unless it is named itself, as `169.254.169.254/32`.',
  ),
  ports: setList(port('a port'), 32).optional().describe('TCP ports there. Default: everything there.'),
});

const Timeouts = z.strictObject({
  connect: duration().optional().describe('Until the server accepts a connection. Default 5s.'),
  response: duration().optional().describe('Until the first byte of an answer. Default: none, tools may be slow.'),
  idle: duration().optional().describe('Silence within an answer. Default: none, streams may be quiet.'),
  startup: duration().optional().describe('Until a started server answers MCP. Default 60s.'),
});

const RateLimit = z.strictObject({
  requests: z.int().min(1).max(1_000_000).describe('Requests that one caller may make in the time of `per`.'),
  per: duration().describe('The time that `requests` are counted in.'),
  burst: z.int().min(1).max(1_000_000).optional().describe('Requests that may come at once. Default: `requests`.'),
});

/** The wanted state. Defaults are filled in by parsing, as the API server fills them in from the CRD. */
export const McpServerSpec = z.strictObject({
  image: formed(
    1024,
    /^[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?(\/[a-z0-9._-]+)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@[A-Za-z0-9]+:[0-9a-fA-F]{32,128})?$/,
    'a container image without scheme; for example `ghcr.io/example/notes:1.4.2`',
  )
    .optional()
    .describe('Container image.'),
  binary: formed(
    1024,
    /^[A-Za-z0-9_./][A-Za-z0-9_./+@-]*$/,
    'one program without spaces, its arguments go to `args`; for example `mooring`',
  )
    .optional()
    .describe('Executable in the image; on a laptop the program that is started, found on PATH.'),
  args: atomicList(z.string().max(4096), 64)
    .optional()
    .describe(
      'Arguments; $(NAME) stands for a variable of the environment. On a laptop the working folder is the own one of the server, $MOORING_HOME/servers/<namespace>/<name>: give paths of your files in full.',
    ),
  package: Package.optional().describe('A package of a public registry that is an MCP server.'),
  remote: Remote.optional().describe('A server that runs elsewhere; Mooring starts nothing and only routes to it.'),
  transport: z.enum(['streamable-http', 'stdio', 'sse']).default('streamable-http').describe('What the server speaks.'),
  port: port('a port')
    .optional()
    .describe(
      'Port that the server listens on. Default 8080; on a laptop a free one where this is absent or taken: listen on $PORT. While an edit arrives, old and new run side by side, so a program that insists on one port cannot be edited without disabling it first (enabled: false, then true).',
    ),
  path: formed(
    512,
    /^\/[A-Za-z0-9._~/-]*$/,
    'an absolute path of letters, digits, ., _, ~, - and /; for example `/mcp`',
  )
    .default('/mcp')
    .describe('Path of the MCP endpoint on that port.'),
  enabled: z.boolean().default(true).describe('false stops the server and hides its endpoint.'),
  title: text(100).optional().describe('Name for people.'),
  description: text(1000).optional().describe('One or two sentences for the catalogue.'),
  icon: webUrl().optional().describe('Picture for the catalogue.'),
  websiteUrl: webUrl().optional().describe('Where people read more.'),
  tags: setList(text(63), 32).optional().describe('Words to find it by.'),
  displayInWeb: z.boolean().default(false).describe('true shows the server in the catalogue to anonymous visitors.'),
  oauth: OAuth.prefault({}).describe('Who may call this server.'),
  ...PodFields,
  replicas: z.int().min(0).max(1000).default(1).describe('Number of pods; 0 stops the server.'),
  autoscaling: Autoscaling.optional().describe('A HorizontalPodAutoscaler for the server.'),
  disruptionBudget: DisruptionBudget.optional().describe(
    'A PodDisruptionBudget for the server, with exactly one of the two.',
  ),
  network: z
    .strictObject({
      egress: atomicList(Egress, 64).default([]).describe('Where the server may connect to, beside DNS; nowhere else.'),
    })
    .optional()
    .describe(
      'On a cluster, limits of what the server can reach. Without it the server may connect to everything but the metadata services of clouds.',
    ),
  rolloutGate: z.boolean().default(true).describe('false lets a pod take traffic before it has answered MCP.'),
  timeouts: Timeouts.optional().describe('Limits of time; without them a call may take as long as it takes.'),
  rateLimit: RateLimit.optional().describe('How often one caller may call.'),
});

export const ObjectMeta = z.strictObject({
  name: serviceName().describe('Name of the server, in its URL and of its Service.'),
  namespace: dnsLabel().default('default').describe('Where names are unique, and whose Secrets it may use.'),
  labels: z.record(text(317), z.string().max(63)).optional().describe('Labels, as on any object.'),
  annotations: z.record(text(317), z.string().max(262_144)).optional().describe('Annotations, as on any object.'),
});

/** What a person writes. */
export const McpServerManifest = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata: ObjectMeta,
  spec: McpServerSpec,
});

export type ObjectMeta = z.output<typeof ObjectMeta>;
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
  /** Where it was read, where that is a file. */
  readonly origin?: ManifestOrigin;
}

/** A line (from 1) of a file, named as the folder was named by the person who gave it. */
export interface ManifestOrigin {
  readonly file: string;
  readonly line: number;
}

/** `<namespace>/<name>`: how logs, identity tokens and messages name a server. */
export const qualifiedName = ({ metadata }: { readonly metadata: Pick<ObjectMeta, 'namespace' | 'name'> }): string =>
  `${metadata.namespace}/${metadata.name}`;
