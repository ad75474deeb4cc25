import { z } from 'zod';
import type { BUNDLED_SERVERS } from '../core/bundled-servers.ts';
import { MooringConfig } from '../core/mooring-config.ts';

/** What a chart that has Mooring as a dependency may hand down; no schema of ours says what it is. */
const passedOn = z.record(z.string(), z.unknown());
const texts = (description: string) => z.record(z.string(), z.string()).default({}).describe(description);
const dnsLabel = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const quantity = z
  .string()
  .max(32)
  .regex(/^[0-9]+(\.[0-9]+)?(m|[KMGTPE]i?|k)?$/);

/** A floor for the scheduler; memory alone has a ceiling, because a ceiling of CPU makes every answer late. */
const resources = (cpu: string, memory: string, limit: string, why: string) =>
  z
    .strictObject({
      requests: z.record(z.string(), z.union([quantity, z.int().min(0)])).default({ cpu, memory }),
      limits: z.record(z.string(), z.union([quantity, z.int().min(0)])).default({ memory: limit }),
    })
    .prefault({})
    .describe(why);

const replicas = (what: string) => z.int().min(1).max(20).default(2).describe(what);

const bundled = (name: keyof typeof BUNDLED_SERVERS, also = '') =>
  z.strictObject({
    enabled: z.boolean().default(true).describe(`Run the bundled server \`${name}\`${also}.`),
    spec: passedOn
      .default({})
      .describe(
        'Fields of its McpServerSpec (docs/mcpserver.md), laid over those of the chart; entries of `env` and `volumes` join them.',
      ),
  });

const Systemprompt = bundled(
  'systemprompt',
  ', with rights to read McpServers, to switch them, and to call other servers for its callers',
).extend({
  sync: z
    .boolean()
    .default(false)
    .describe(
      'Let `sync` of an administrator make, change and delete McpServers. Off, because whoever took systemprompt over could then run any image as any ServiceAccount where there are servers.',
    ),
});

const Image = z.strictObject({
  repository: z.string().min(1).max(255).default('mooring').describe('Where the image lies: registry and name.'),
  tag: z.string().max(128).default('').describe('Its tag; empty: the version of the chart (`appVersion`).'),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent').describe('When nodes pull it.'),
});

const Crds = z.strictObject({
  enabled: z.boolean().default(true).describe('Install and upgrade the CRD with the release.'),
  keep: z
    .boolean()
    .default(true)
    .describe('Keep the CRD, and with it every McpServer, when the release is uninstalled.'),
});

const Operator = z.strictObject({
  replicas: replicas('Pods. One leads, the other takes over within 2 s of a drain, within 15 s of a crash.'),
  resources: resources(
    '50m',
    '128Mi',
    '384Mi',
    '115 Mi at rest. The limit is twice the 180 Mi that 1,000 McpServers may need, as room for garbage.',
  ),
});

const GatewayService = z.strictObject({
  type: z
    .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
    .default('ClusterIP')
    .describe('Type of Service mooring-gateway.'),
  annotations: texts('Annotations of it.'),
});

const Gateway = z.strictObject({
  replicas: replicas('Pods. Each can serve every request.'),
  service: GatewayService.prefault({}),
  resources: resources('100m', '160Mi', '1Gi', '130 Mi at rest; the rest is for 200 bodies of 4 MiB at a time.'),
});

const Database = z.strictObject({
  mode: z
    .enum(['embedded', 'external'])
    .default('embedded')
    .describe('`embedded`: one pod of PostgreSQL 18, for trials. `external`: a PostgreSQL of yours, 16 or newer.'),
  existingSecret: z
    .strictObject({
      name: z
        .string()
        .max(253)
        .default('')
        .describe('`external` only: Secret of this namespace with the connection URL.'),
      key: z.string().min(1).max(253).default('url').describe('Its key.'),
    })
    .prefault({}),
  persistence: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Keep the data of `embedded` in a PersistentVolumeClaim. Off, because not every cluster has a StorageClass: then accounts and data end with the pod.',
        ),
      size: quantity.default('2Gi').describe('Size of the claim.'),
      storageClass: z.string().max(253).default('').describe('Its StorageClass; empty: the default of the cluster.'),
    })
    .prefault({}),
  resources: resources(
    '50m',
    '192Mi',
    '512Mi',
    'PostgreSQL and its guard take 150 Mi at rest; the rest is for connections.',
  ),
});

const Ingress = z.strictObject({
  enabled: z.boolean().default(false).describe('Make an Ingress for the host of `publicUrl`.'),
  className: z.string().max(253).default('').describe('Its class; empty: the default of the cluster.'),
  annotations: texts('Its annotations; which ones matter says gateway-on-kubernetes.md.'),
  tlsSecret: z.string().max(253).default('').describe('Secret with the certificate; empty: TLS ends elsewhere.'),
});

const HttpRoute = z.strictObject({
  enabled: z.boolean().default(false).describe('Make an HTTPRoute (Gateway API v1) for the host of `publicUrl`.'),
  parentRefs: z.array(passedOn).max(32).default([]).describe('Gateways that it joins; at least one.'),
  annotations: texts('Its annotations.'),
  requestTimeout: z
    .string()
    .max(32)
    .default('0s')
    .describe(
      'How long a request may take; `0s`: as long as it takes, which streams need. Empty: leave the field out, for controllers that refuse it.',
    ),
});

const ServiceMonitor = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Make a ServiceMonitor for the operator and the gateway (needs the Prometheus operator).'),
  labels: texts('Its labels, by which your Prometheus finds it.'),
  interval: z.string().max(16).default('30s').describe('Between two scrapes.'),
});

const NetworkPolicy = z.strictObject({
  enabled: z.boolean().default(true).describe('Close every port of our pods to those who do not need it.'),
  metricsFrom: z
    .array(passedOn)
    .max(32)
    .default([])
    .describe(
      'Peers (NetworkPolicyPeer) that may read health and metrics; with `serviceMonitor.enabled` and none named: every pod.',
    ),
});

/** The values of the chart: from here values.yaml, values.schema.json and docs/helm-values.md are written. */
export const Values = z.strictObject({
  publicUrl: z
    .string()
    .max(512)
    .regex(/^https?:\/\/[^\s/?#@]+$/)
    .default('http://localhost:8080')
    .describe(
      'Origin under which clients reach the gateway; tokens and metadata name it. The default fits `kubectl port-forward`.',
    ),
  config: MooringConfig.omit({ publicUrl: true })
    .partial()
    .default({})
    .describe(
      'Everything else of mooring.yaml (docs/mooring-yaml.md). Live, but for what that page says takes effect at the next start: then pods are replaced.',
    ),
  image: Image.prefault({}),
  imagePullSecrets: z
    .array(z.strictObject({ name: z.string().min(1).max(253) }))
    .max(16)
    .default([])
    .describe('Secrets with which nodes pull the image.'),
  crds: Crds.prefault({}),
  watchNamespaces: z
    .array(dnsLabel)
    .max(64)
    .default([])
    .describe(
      'Namespaces whose McpServers count, beside that of the release; empty: all. With names, rights are Roles there and no ClusterRole.',
    ),
  servers: z
    .strictObject({
      systemprompt: Systemprompt.prefault({}),
      'content-manager': bundled('content-manager').prefault({}),
      marketplace: bundled('marketplace').prefault({}),
    })
    .prefault({}),
  operator: Operator.prefault({}),
  gateway: Gateway.prefault({}),
  database: Database.prefault({}),
  ingress: Ingress.prefault({}),
  httpRoute: HttpRoute.prefault({}),
  serviceMonitor: ServiceMonitor.prefault({}),
  networkPolicy: NetworkPolicy.prefault({}),
  rbac: z
    .strictObject({
      aggregate: z
        .boolean()
        .default(true)
        .describe(
          'Let the roles `view`, `edit` and `admin` of the cluster cover McpServers, and with `watchNamespaces` too limit systemprompt by a ValidatingAdmissionPolicy. Needs the right to make these and ClusterRoles.',
        ),
    })
    .prefault({}),
  extraEnv: z.array(passedOn).max(64).default([]).describe('Environment variables (EnvVar) of operator and gateway.'),
  hostAliases: z
    .array(passedOn)
    .max(64)
    .default([])
    .describe('Lines of /etc/hosts (HostAlias) of operator and gateway.'),
  nodeSelector: texts('Labels of the nodes that our pods may run on.'),
  tolerations: z.array(passedOn).max(32).default([]).describe('Taints that our pods tolerate.'),
  priorityClassName: z.string().max(253).default('').describe('PriorityClass of our pods.'),
  global: passedOn.optional().describe('What a chart hands down that has Mooring as a dependency; not used.'),
});
