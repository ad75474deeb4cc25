import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { helm } from '../support/kubernetes-tools.ts';

export const CHART = join(import.meta.dirname, '..', '..', 'charts', 'mooring');

type Values = Readonly<Record<string, unknown>>;

/** What Helm would apply for these values, as text; rejects with what it says of values that it refuses. */
export function renderText(values: Values, namespace = 'mooring-system'): Promise<string> {
  const given = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  return helm('template', 'mooring', CHART, '--namespace', namespace, ...given);
}

/** The same as objects. */
export async function render(values: Values, namespace?: string): Promise<KubernetesObject[]> {
  return objectsOf(await renderText(values, namespace));
}

/** The objects of a YAML stream, as Kubernetes reads it. */
export const objectsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);

/** The one object of this kind and name; throws where there is none. */
export function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`The chart renders no ${kind} ${name}.`);
  return found;
}

/** Every switch of the chart on, as production would have it. */
export const PRODUCTION: Values = {
  publicUrl: 'https://mcp.example.com',
  config: { allowedOrigins: ['https://app.example.com'], limits: { requestSeconds: 30 } },
  image: { repository: 'registry.example.com/mooring', tag: '1.2.3' },
  imagePullSecrets: [{ name: 'registry' }],
  database: { mode: 'external', existingSecret: { name: 'postgres', key: 'uri' } },
  gateway: { replicas: 3, service: { type: 'LoadBalancer', annotations: { 'example.com/internal': 'true' } } },
  ingress: {
    enabled: true,
    className: 'nginx',
    annotations: { 'nginx.ingress.kubernetes.io/proxy-buffering': 'off' },
    tlsSecret: 'mcp-tls',
  },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public', namespace: 'gateways' }], annotations: { team: 'mcp' } },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  priorityClassName: 'system-cluster-critical',
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
  hostAliases: [{ ip: '203.0.113.7', hostnames: ['kubernetes.example.com'] }],
};

/** One replica of everything, rights in named namespaces alone, data in a volume. */
export const NAMESPACED: Values = {
  watchNamespaces: ['team-a', 'team-b'],
  rbac: { aggregate: false },
  crds: { enabled: false },
  operator: { replicas: 1 },
  gateway: { replicas: 1 },
  servers: { marketplace: { enabled: false } },
  database: { persistence: { enabled: true, size: '5Gi', storageClass: 'fast' } },
  networkPolicy: { metricsFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }] },
};
