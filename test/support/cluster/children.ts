import type { ClusterApi, ClusterObject } from './cluster-api.ts';
import type { KindName } from './kinds.ts';

const KINDS = [
  'Deployment',
  'Service',
  'ServiceAccount',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
] as const satisfies readonly KindName[];

/** What the operator has made for a server, but for its pods. */
export async function childrenOf(
  api: ClusterApi,
  namespace: string,
  server: string,
): Promise<readonly (ClusterObject & { readonly kind: (typeof KINDS)[number] })[]> {
  const lists = await Promise.all(
    KINDS.map(async (kind) => {
      const objects = await api.list(kind, { namespace }, `mooring.dev/server=${server}`);
      return objects.map((object) => ({ ...object, kind }));
    }),
  );
  return lists.flat();
}
