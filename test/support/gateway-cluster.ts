import { parseDatabaseUrl } from '../../core/database-url.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { kubeconfigText } from '../kubernetes/start-api-server.ts';
import type { TestNamespace } from './api-server.ts';
import type { TcpBalancer } from './tcp-balancer.ts';

const APPLY = {
  method: 'PATCH',
  query: { fieldManager: 'test', force: true },
  contentType: 'application/apply-patch+yaml',
} as const;

/** Applies an object as `kubectl apply --server-side` does. */
const apply = async (api: KubernetesApi, path: string, body: object): Promise<KubernetesObject> =>
  api.request({ ...APPLY, path, body });

/** Applies an McpServer, and the status that an operator would give it. Without a backend it is accepted and not available. `url`: the public one. */
export async function applyServer(
  { api, name: namespace }: TestNamespace,
  name: string,
  spec: Partial<McpServer['spec']> & { readonly image?: string },
  backend?: string,
  url?: string,
): Promise<void> {
  const head = { apiVersion: MCP_SERVERS.apiVersion, kind: MCP_SERVERS.kind, metadata: { name, namespace } };
  const path = pathOf(MCP_SERVERS, namespace, name);
  const { metadata } = await apply(api, path, { ...head, spec: { image: 'test', ...spec } });
  const available = backend === undefined ? 'False' : 'True';
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: type,
    message: '',
    lastTransitionTime: new Date().toISOString(),
    observedGeneration: metadata.generation,
  });
  const status = {
    observedGeneration: metadata.generation,
    conditions: [condition('Accepted', 'True'), condition('Available', available), condition('Ready', available)],
    ...(backend !== undefined && { backend: { url: backend } }),
    ...(url !== undefined && { url }),
  };
  await apply(api, `${path}/status`, { ...head, status });
}

/** A kubeconfig with the token of a ServiceAccount that may read McpServers of the namespace, as the gateway's on a cluster. */
export async function gatewayKubeconfig({ api, name: namespace, server }: TestNamespace, url: string) {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const metadata = { name: 'mooring-gateway', namespace };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ apiGroups: ['mooring.dev'], resources: ['mcpservers'], verbs: ['get', 'list', 'watch'] }];
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/mooring-gateway`;
  await apply(api, account, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await apply(api, `${rbac}/roles/mooring-gateway`, { apiVersion, kind: 'Role', metadata, rules });
  await apply(api, `${rbac}/rolebindings/mooring-gateway`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'mooring-gateway' },
    subjects: [{ kind: 'ServiceAccount', name: 'mooring-gateway', namespace }],
  });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await api.request<{ status: { token: string } }>({
    method: 'POST',
    path: `${account}/token`,
    body: request,
  });
  return kubeconfigText(url, server.authority.cert, { token: status.token });
}

/** The URL of a database by way of a balancer, which can take it away. */
export function databaseBehind(balancer: TcpBalancer, databaseUrl: string): string {
  const url = parseDatabaseUrl(databaseUrl);
  const host = decodeURIComponent(url.hostname);
  const port = Number(url.port || 5432);
  balancer.targets = [host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }];
  const { username, password, pathname } = url;
  return `postgresql://${username}:${password}@127.0.0.1:${balancer.port}${pathname}`;
}
