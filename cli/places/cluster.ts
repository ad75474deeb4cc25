import { ApiError, openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { readMcpServer } from '../../crds/sources/read-mcpserver.ts';
import { Failure } from '../../core/failure.ts';
import { clusterSide } from '../sync/cluster-side.ts';
import { clusterLogs } from './cluster-logs.ts';
import { clusterRuns } from './cluster-runs.ts';
import { clusterVersions } from './cluster-versions.ts';
import { listObjects } from './list-objects.ts';
import type { Place, ServerViews } from './place.ts';
import type { PlaceOptions } from './place-options.ts';
import { serverAccess } from './server-access.ts';
import { tellWhere } from './tell-where.ts';

/** As kubectl takes it where neither flag nor context names one. */
const DEFAULT_NAMESPACE = 'default';

/** The cluster of a kubeconfig file, with the rights of the person in it. Throws `no_cluster`. */
export function clusterPlace(
  options: Pick<PlaceOptions, 'context' | 'kubeconfig' | 'namespace' | 'allNamespaces'>,
): Place {
  const api = openApi(options);
  const ownNamespace = options.namespace ?? api.namespace ?? DEFAULT_NAMESPACE;
  const namespace = options.allNamespaces ? undefined : ownNamespace;
  const label = `the cluster at ${api.server}`;
  const toFailure = (error: unknown): never => {
    throw asFailure(error, label);
  };
  return {
    kind: 'cluster',
    label,
    namespace,
    list: async () => listServers(api, namespace).catch(toFailure),
    async access(server, scope) {
      const access = await serverAccess({ kind: 'cluster' }, server, scope);
      tellWhere(server, access, label);
      return access;
    },
    runs: async (servers) => clusterRuns(api, namespace, servers).catch(toFailure),
    async *logs({ metadata }, request) {
      try {
        yield* clusterLogs(api, { namespace: metadata.namespace ?? '', name: metadata.name }, request);
      } catch (error) {
        throw asFailure(error, label);
      }
    },
    versions: async () => clusterVersions(api, namespace).catch(toFailure),
    manifests: clusterSide({ api, label, namespace: ownNamespace, asFailure: (error) => asFailure(error, label) }),
    close: async () => api.close(),
  };
}

function openApi({ context, kubeconfig }: Pick<PlaceOptions, 'context' | 'kubeconfig'>): KubernetesApi {
  try {
    return openKubernetesApi({ context, kubeconfig });
  } catch (error) {
    // Without `cause`: the message says all, and a person's mistake needs no stack.
    throw new Failure('no_cluster', (error as Error).message);
  }
}

async function listServers(api: KubernetesApi, namespace: string | undefined): Promise<ServerViews> {
  const read = (await listObjects(api, MCP_SERVERS, namespace)).map((object) => readMcpServer(object));
  return { servers: read.map(({ server }) => server), problems: read.flatMap(({ problems }) => problems) };
}

/** What kubectl would say, with the next step. */
export function asFailure(error: unknown, label: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, reason, message } = error;
  if (status === 401)
    return new Failure('not_signed_in', `${label} does not accept the credentials of the kubeconfig file: ${message}`);
  if (status === 403)
    return new Failure('forbidden', `${message}. Ask for the ClusterRole \`view\` (or \`edit\`, to change servers).`);
  if (status === 404)
    return new Failure('not_installed', `${label} knows no McpServers: install the chart of Mooring there first.`);
  if (status === 0)
    return new Failure(
      'unreachable',
      `${label} does not answer: ${message}. Check the network and the kubeconfig file.`,
    );
  if (status >= 500 || status === 429)
    return new Failure('unreachable', `${label} cannot answer at the moment: ${message}. Try again in a while.`);
  return new Failure(
    'cluster_refused',
    `${label} refuses this: ${message} (${reason}). \`mooring version\` shows whether both are of one version.`,
  );
}
