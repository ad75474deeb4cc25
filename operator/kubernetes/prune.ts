import { ApiError } from '../../crds/kubernetes/api-error.ts';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { ChildCache } from './child-cache.ts';

export interface PruneContext {
  readonly api: Pick<KubernetesApi, 'request'>;
  readonly cache: ChildCache;
  /** Kinds that stay for now. */
  readonly spared: readonly string[];
}

/** Deletes what the server controls and does not need any more: exactly these objects, not what may have come in their place. */
export async function pruneChildren(
  uid: string,
  wanted: readonly KubernetesObject[],
  { api, cache, spared }: PruneContext,
): Promise<void> {
  const needed = new Set(wanted.map(keyOf));
  const surplus = cache
    .of(uid)
    .filter((child) => !needed.has(keyOf(child)) && !spared.includes(child.kind))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  await Promise.all(
    surplus.map(async (child) => {
      const { namespace, name, uid: childUid } = child.metadata;
      try {
        await api.request({
          method: 'DELETE',
          path: pathOf(cache.kindOf(child), namespace, name),
          body: {
            apiVersion: 'v1',
            kind: 'DeleteOptions',
            propagationPolicy: 'Background',
            preconditions: { uid: childUid },
          },
        });
      } catch (error) {
        if (!(error instanceof ApiError && [404, 409].includes(error.status))) throw error;
      }
    }),
  );
}

const keyOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
