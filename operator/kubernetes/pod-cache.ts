import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { KubernetesObject, ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import { SERVER_LABEL } from '../resources/labels.ts';
import { SERVER_UID } from './annotations.ts';
import { indexByOwner, type OwnedIndex } from './owned-index.ts';
import { trimPod, type Pod } from './pod.ts';

/** The pods of all servers, in memory. */
export interface PodCache extends OwnedIndex<Pod> {
  note(object: KubernetesObject): void;
  readonly synced: Promise<void>;
  lastContact(): number;
  close(): void;
}

export interface PodCacheOptions {
  readonly api: KubernetesApi;
  readonly namespaces?: readonly string[] | undefined;
  readonly log: WatchLog;
}

export const PODS: ResourceKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };

/** Pods know their McpServer by an annotation: between them stand a Deployment and a ReplicaSet, and an earlier server may have had the same name. */
export function openPodCache({ api, namespaces, log }: PodCacheOptions): PodCache {
  const reflector = startReflector<Pod>({
    api,
    kind: PODS,
    namespaces,
    labelSelector: SERVER_LABEL,
    trim: trimPod,
    log,
  });
  return {
    ...indexByOwner([reflector], ({ metadata }) => metadata.annotations?.[SERVER_UID]),
    note: reflector.note,
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}
