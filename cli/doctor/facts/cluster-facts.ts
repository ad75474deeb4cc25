import { createConnectionPool } from '../../../crds/kubernetes/connection-pool.ts';
import { openKubernetesApi } from '../../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../../crds/kubernetes/kubernetes-object.ts';
import { openConnection } from '../../../crds/kubernetes/open-connection.ts';
import { MCP_SERVERS } from '../../../crds/sources/kubernetes.ts';
import type { PlaceOptions } from '../../places/place-options.ts';
import { clockAhead } from './clock-ahead.ts';

/** What an API server tells beside the servers themselves. What the person may not read is undefined. */
export interface ClusterFacts {
  /** ms by which the clock of the API server is ahead of ours. */
  clockAhead(signal: AbortSignal): Promise<number | undefined>;
  /** Every Deployment of operators or gateways of Mooring, in all namespaces. */
  deployments(component: 'operator' | 'gateway', signal: AbortSignal): Promise<readonly Deployed[] | undefined>;
  /** Namespaces that have a server of this name. */
  namespacesOf(name: string, signal: AbortSignal): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

/** A Deployment of ours. */
export interface Deployed {
  readonly namespace: string;
  readonly name: string;
  /** Pods that are ready. */
  readonly ready: number;
  /** Namespaces that it follows; undefined: all. */
  readonly follows: readonly string[] | undefined;
}

interface DeploymentObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { args?: string[] }[] } } };
  readonly status?: { readonly readyReplicas?: number };
}

export function openClusterFacts({ context, kubeconfig }: PlaceOptions): ClusterFacts {
  const api = openKubernetesApi({ context, kubeconfig });
  const connection = openConnection({ context, kubeconfig });
  const pool = createConnectionPool(connection);
  const list = async <T>(path: string, query: Record<string, string>, signal: AbortSignal) =>
    api
      .request<{ items: readonly T[] }>({ path, query, signal, patient: false })
      .then(({ items }) => items)
      .catch(() => undefined);
  return {
    async clockAhead(signal) {
      const { origin, pathname } = new URL(connection.server);
      const asked = Date.now();
      try {
        const { headers, body } = await pool.agent().request({
          origin,
          path: `${pathname.replace(/\/$/, '')}/version`,
          method: 'GET',
          headers: { ...(await connection.headers(false)) },
          signal,
        });
        await body.dump();
        return clockAhead(String(headers['date']), asked, Date.now());
      } catch {
        return undefined;
      }
    },
    async deployments(component, signal) {
      const labelSelector = `app.kubernetes.io/name=mooring,app.kubernetes.io/component=${component}`;
      const found = await list<DeploymentObject>('/apis/apps/v1/deployments', { labelSelector }, signal);
      return found?.map(deployed);
    },
    async namespacesOf(name, signal) {
      const query = { fieldSelector: `metadata.name=${name}` };
      const found = await list<DeploymentObject>(pathOf(MCP_SERVERS, undefined), query, signal);
      return found?.map(({ metadata }) => metadata.namespace);
    },
    close: async () => {
      await Promise.all([api.close(), pool.destroy()]);
    },
  };
}

function deployed({ metadata, spec, status }: DeploymentObject): Deployed {
  const flag = '--watch-namespaces=';
  const follows = spec.template.spec.containers
    .flatMap(({ args = [] }) => args)
    .find((arg) => arg.startsWith(flag))
    ?.slice(flag.length)
    .split(',')
    .filter(Boolean);
  return { ...metadata, ready: status?.readyReplicas ?? 0, follows };
}
